package consent

import (
	"errors"
	"time"
	"unsafe"

	"aloi"
)

// A dossier is: version (1 byte), flags (1 byte), source and id of the reference, number
// of contact points and the points, birth where the flags say so, number and times of the acts where they do, number
// of events, then how many texts, purposes, channels and record numbers their lists have
// together, and the events. An event is its id, its kind, then of each field that is not
// empty its tag (1 byte) and value, in the order of the tags, and 0.
//
// Numbers are varints, texts their length and bytes, times seconds since 1970 and
// nanoseconds. A kind, a purpose, a channel is its place in a table below, counted from
// 1, or 0 and the text; a contact point its place in those of the dossier, or the same.
const dossierVersion = 1

// The flags of a dossier.
const (
	dossierBirth = 1 << iota
	dossierActed
	dossierBought
	dossierPartial
)

// minEventBytes is the length of the shortest event: id, kind, end.
const minEventBytes = 3

// minTimeBytes is the length of the shortest time.
const minTimeBytes = 2

// The tables of what is written as a number. They are part of the format: what is new
// goes to the end.
var (
	codedKinds = []aloi.ConsentKind{
		aloi.ConsentRequested, aloi.ConsentGiven, aloi.ConsentRenewed, aloi.ConsentConfirmed, aloi.ConsentNotGiven,
		aloi.ConsentRefused, aloi.ConsentWithdrawn, aloi.ConsentObjected, aloi.ConsentRevoked, aloi.ConsentInvalidated,
		aloi.ConsentRestricted, aloi.ConsentRestrictionLifted, aloi.ConsentErased, aloi.ConsentBounced,
		aloi.ConsentSale, aloi.ConsentContract, aloi.ConsentInformed,
	}
	codedPurposes = []Purpose{
		Marketing, DirectMarketing, Newsletter, PromotionalOffers, LoyaltyOffers, AbandonedCart, WinBack, SocialMediaMarketing,
		PersonalisedAds, TargetedAds, MarketingProfiling, SellDataToThirdParties, ShareWithPartner, ServiceUsageAnalytics,
		CrossDeviceLinking, CustomerCare, DeliveryOfGoods, PaymentManagement, CustomerOrderManagement, CustomerClaimsManagement,
		AccountManagement, LegalCompliance, FraudPrevention, SecurityNotice, PrivacyNotice, OptOutConfirmation, wildcard,
	}
	codedChannels = []Channel{Email, SMS, Phone, PhoneAuto, Fax, Postal, Push, SocialDM, SocialAudience, InStore, WebContent, wildcard}
)

// errDossier says that the bytes are no dossier.
var errDossier = errors.New("consent: a dossier is damaged")

// AppendDossier appends the encoded dossier. Equal dossiers give equal bytes. Record and
// Inherited of the events are left out.
func AppendDossier(dst []byte, d *Dossier) []byte {
	flags := flagIf(dossierBirth, !d.Birth.IsZero()) | flagIf(dossierActed, len(d.Actions) > 0) |
		flagIf(dossierBought, d.Bought) | flagIf(dossierPartial, d.Partial)
	c := coder{out: append(dst, dossierVersion, flags), points: d.ContactPoints}
	c.writeText(d.Ref.Source)
	c.writeText(d.Ref.ID)
	c.writeUint(uint64(len(d.ContactPoints)))
	for _, p := range d.ContactPoints {
		c.writeText(p)
	}
	if flags&dossierBirth != 0 {
		c.writeTime(d.Birth)
	}
	if flags&dossierActed != 0 {
		c.writeUint(uint64(len(d.Actions)))
		for _, a := range d.Actions {
			c.writeTime(a)
		}
	}
	c.writeUint(uint64(len(d.Events)))
	var texts, purposes, channels, said int
	for i := range d.Events {
		e := &d.Events[i]
		texts += len(e.Controllers) + len(e.By) + len(e.Similar) + len(e.Related)
		purposes, channels, said = purposes+len(e.Purposes), channels+len(e.Channels), said+len(e.Said)
	}
	for _, n := range [...]int{texts, purposes, channels, said} {
		c.writeUint(uint64(n))
	}
	for i := range d.Events {
		c.event(&d.Events[i])
	}
	return c.out
}

// ReadDossier decodes a dossier. Its texts share memory with b, which must not be changed
// afterwards. What it allocates is bounded by the length of b.
func ReadDossier(b []byte) (*Dossier, error) {
	if len(b) < 2 || b[0] != dossierVersion {
		return nil, errDossier
	}
	flags := b[1]
	c := coder{reading: true, in: unsafe.String(unsafe.SliceData(b), len(b))[2:]}
	d := &Dossier{Bought: flags&dossierBought != 0, Partial: flags&dossierPartial != 0}
	d.Ref.Source = c.readText()
	d.Ref.ID = c.readText()
	if n := c.readCount(1); n > 0 {
		d.ContactPoints = make([]string, n)
		for i := range d.ContactPoints {
			d.ContactPoints[i] = c.readText()
		}
	}
	if flags&dossierBirth != 0 {
		d.Birth = c.readTime()
	}
	if flags&dossierActed != 0 {
		d.Actions = make([]time.Time, c.readCount(minTimeBytes))
		for i := range d.Actions {
			d.Actions[i] = c.readTime()
		}
	}
	c.points = d.ContactPoints
	events := c.readCount(minEventBytes)
	c.texts = make([]string, c.readCount(1))
	c.purposes = make([]Purpose, c.readCount(1))
	c.channels = make([]Channel, c.readCount(1))
	c.said = make([]uint64, c.readCount(1))
	if events > 0 {
		d.Events = make([]DossierEvent, events)
		for i := range d.Events {
			c.event(&d.Events[i])
		}
	}
	if c.bad || len(c.in)+len(c.texts)+len(c.purposes)+len(c.channels)+len(c.said) > 0 || flags >= dossierPartial<<1 {
		return nil, errDossier
	}
	return d, nil
}

func flagIf(bit byte, set bool) byte {
	if set {
		return bit
	}
	return 0
}
