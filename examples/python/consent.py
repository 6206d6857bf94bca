"""Asks whether a customer may be written to, before and after she says so.

    python consent.py [address of the server] [name of the source]
"""
import pathlib, secrets, sys
import grpc

# The stubs are made from the .proto files when the program starts.
sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "proto"))
v1, services = grpc.protos_and_services("aloi/v1/consent.proto")
ingest, records = grpc.protos_and_services("aloi/v1/ingest.proto")
from google.protobuf.timestamp_pb2 import Timestamp
from aloi.v1.record_pb2 import ConsentEvent, FreeAttribute, Name, Record, RecordRef

HOUSE, PURPOSE, CHANNEL, EMAIL = "maison", "DirectMarketing", "EMAIL", "claire.marchand71@example.org"
FORM = "Oui, je veux recevoir les offres de la Maison par e-mail."


def event(kind, minutes_ago=0, **more):
    time = Timestamp()
    time.GetCurrentTime()
    time.seconds -= 60 * minutes_ago
    return ConsentEvent(kind=kind, time=time, uncertainty_seconds=1,  # our clock is that good
                        purposes=[PURPOSE], channels=[CHANNEL], controllers=[HOUSE], **more)


def main(address="127.0.0.1:7411", source="web"):
    with grpc.insecure_channel(address) as channel:
        consent = services.ConsentStub(channel)
        ref = RecordRef(source=source, record_id="c-201")
        person = v1.Subject(record=ref)
        token = secrets.token_urlsafe()  # for the link in the mail that she is sent

        def decide(when):
            question = v1.Question(controller=HOUSE, purpose=PURPOSE, channel=CHANNEL)
            for v in consent.Decide(v1.DecideRequest(subject=person, question=question)).verdicts:
                print(f"{when}: {'PERMIT' if v.permit else 'DENY'} {v.reason} {v.contact_point}")

        records.IngestStub(channel).Put(ingest.PutRequest(record=Record(
            ref=ref, names=[Name(given="Claire", family="Marchand")], emails=[EMAIL])))
        decide("before")

        notice = consent.PutNotice(v1.PutNoticeRequest(name="offres", language="fr", text=FORM))
        consent.Record(v1.RecordEventRequest(subject=person, event=event(
            "GIVEN", minutes_ago=5, contact_point="email:" + EMAIL, method="web_form", token=token,
            evidence=[FreeAttribute(name="notice_hash", value=notice.sha256)])))
        decide("box ticked")

        consent.ConfirmToken(v1.ConfirmTokenRequest(token=token))
        decide("link clicked")

        consent.Record(v1.RecordEventRequest(subject=person, event=event("WITHDRAWN", method="list_unsubscribe")))
        decide("unsubscribed")


if __name__ == "__main__":
    main(*sys.argv[1:])
