"""Streams a CSV of customers into Aloi and prints what became of each line.

    python ingest.py clients.csv [address of the server] [name of the source]
"""
import csv, pathlib, sys
import grpc

# The stubs are made from the .proto files when the program starts.
sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "proto"))
v1, services = grpc.protos_and_services("aloi/v1/ingest.proto")
from aloi.v1.record_pb2 import Address, Name, Record, RecordRef


def operations(path, source):
    with open(path, newline="", encoding="utf-8") as lines:
        for number, row in enumerate(csv.DictReader(lines), start=2):  # line 1 is the header
            yield v1.StreamRequest(operations=[v1.Operation(sequence=number, put=Record(
                ref=RecordRef(source=source, record_id=row["id"]),
                names=[Name(given=row["prenom"], family=row["nom"])],
                birth_date=row["date_naissance"],
                emails=filter(None, [row["email"]]),
                phones=filter(None, [row["telephone"]]),
                addresses=[Address(line=row["adresse"], postal_code=row["code_postal"], city=row["ville"])],
            ))])


def main(path, address="127.0.0.1:7411", source="web"):
    with grpc.insecure_channel(address) as channel:
        for response in services.IngestStub(channel).Stream(operations(path, source)):
            for ack in response.acknowledgements:
                wrong = "; ".join(f"{v.field} {v.reason}" for v in ack.violations)
                print(f"line {ack.sequence}: {v1.Outcome.Name(ack.outcome)[8:]} {ack.entity_id} {wrong or ack.reason}")


if __name__ == "__main__":
    main(*sys.argv[1:])
