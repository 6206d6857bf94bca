package consent

import (
	"maps"
	"slices"
	"strings"
)

// Purpose is what a contact or a processing is for: a closed list after the Data
// Privacy Vocabulary (DPV 2.3), with a hierarchy of our own for stops.
type Purpose string

// The purposes.
const (
	Marketing              Purpose = "Marketing"
	DirectMarketing        Purpose = "DirectMarketing"
	Newsletter             Purpose = "Newsletter"
	PromotionalOffers      Purpose = "PromotionalOffers"
	LoyaltyOffers          Purpose = "LoyaltyOffers"
	AbandonedCart          Purpose = "AbandonedCart"
	WinBack                Purpose = "WinBack"
	SocialMediaMarketing   Purpose = "SocialMediaMarketing"
	PersonalisedAds        Purpose = "PersonalisedAdvertising"
	TargetedAds            Purpose = "TargetedAdvertising"
	MarketingProfiling     Purpose = "MarketingProfiling"
	SellDataToThirdParties Purpose = "SellDataToThirdParties"
	ShareWithPartner       Purpose = "ShareWithPartner" // also ShareWithPartner(name)

	ServiceUsageAnalytics Purpose = "ServiceUsageAnalytics"
	CrossDeviceLinking    Purpose = "CrossDeviceLinking"

	CustomerCare             Purpose = "CustomerCare"
	DeliveryOfGoods          Purpose = "DeliveryOfGoods"
	PaymentManagement        Purpose = "PaymentManagement"
	CustomerOrderManagement  Purpose = "CustomerOrderManagement"
	CustomerClaimsManagement Purpose = "CustomerClaimsManagement"
	AccountManagement        Purpose = "AccountManagement"
	LegalCompliance          Purpose = "LegalCompliance"
	FraudPrevention          Purpose = "FraudPreventionAndDetection"

	SecurityNotice     Purpose = "SecurityNotice"
	PrivacyNotice      Purpose = "PrivacyNotice"
	OptOutConfirmation Purpose = "OptOutConfirmation"
)

// class is how a purpose is treated.
type class int8

const (
	unknownClass class = iota
	marketing          // stops of Marketing reach it; a basis is needed
	analytics          // consent only, outside Marketing
	service            // needed to serve the person: no marketing stop reaches it
	notice             // service that a restriction (GDPR art. 18) lets out
)

// place is where a purpose stands.
type place struct {
	class  class
	parent Purpose // the purpose whose stops reach it too; empty at a root
	basis  Basis   // of service and notices
}

// purposes is the closed list. DPV puts selling data and recommendations outside
// Marketing; GDPR 21(2) reaches profiling and disclosure for direct marketing all the
// same, so the closure is ours.
var purposes = map[Purpose]place{
	Marketing:              {marketing, "", ""},
	DirectMarketing:        {marketing, Marketing, ""},
	Newsletter:             {marketing, DirectMarketing, ""},
	PromotionalOffers:      {marketing, DirectMarketing, ""},
	LoyaltyOffers:          {marketing, DirectMarketing, ""},
	AbandonedCart:          {marketing, DirectMarketing, ""},
	WinBack:                {marketing, DirectMarketing, ""},
	SocialMediaMarketing:   {marketing, Marketing, ""},
	PersonalisedAds:        {marketing, Marketing, ""},
	TargetedAds:            {marketing, PersonalisedAds, ""},
	MarketingProfiling:     {marketing, Marketing, ""},
	SellDataToThirdParties: {marketing, Marketing, ""},
	ShareWithPartner:       {marketing, Marketing, ""},

	ServiceUsageAnalytics: {analytics, "", ""},
	CrossDeviceLinking:    {analytics, "", ""},

	CustomerCare:             {service, "", BasisContract},
	DeliveryOfGoods:          {service, "", BasisContract},
	PaymentManagement:        {service, "", BasisContract},
	CustomerOrderManagement:  {service, "", BasisContract},
	CustomerClaimsManagement: {service, "", BasisContract},
	AccountManagement:        {service, "", BasisContract},
	LegalCompliance:          {service, "", BasisObligation},
	FraudPrevention:          {service, "", BasisInterest},

	SecurityNotice:     {notice, "", BasisObligation},
	PrivacyNotice:      {notice, "", BasisObligation},
	OptOutConfirmation: {notice, "", BasisObligation},
}

// placeOf returns where a purpose stands; ShareWithPartner(name) stands under
// ShareWithPartner.
func placeOf(p Purpose) place {
	if at, ok := purposes[p]; ok {
		return at
	}
	if name, ok := strings.CutPrefix(string(p), string(ShareWithPartner)+"("); ok && len(name) > 1 && name[len(name)-1] == ')' {
		return place{marketing, ShareWithPartner, ""}
	}
	return place{}
}

// Known reports whether the purpose is one of the closed list.
func (p Purpose) Known() bool { return placeOf(p).class != unknownClass }

// within reports whether p is q or stands below it.
func (p Purpose) within(q Purpose) bool {
	for ; p != ""; p = placeOf(p).parent {
		if p == q {
			return true
		}
	}
	return false
}

// Channel is how a person is reached.
type Channel string

// The channels. SMS includes MMS and RCS; PHONE is a human call, PHONE_AUTO an automaton;
// SOCIAL_AUDIENCE is the upload of addresses to a platform.
const (
	Email          Channel = "EMAIL"
	SMS            Channel = "SMS"
	Phone          Channel = "PHONE"
	PhoneAuto      Channel = "PHONE_AUTO"
	Fax            Channel = "FAX"
	Postal         Channel = "POSTAL"
	Push           Channel = "PUSH"
	SocialDM       Channel = "SOCIAL_DM"
	SocialAudience Channel = "SOCIAL_AUDIENCE"
	InStore        Channel = "IN_STORE"
	WebContent     Channel = "WEB_PERSONALISATION"
)

// Channels lists every channel.
var Channels = []Channel{Email, SMS, Phone, PhoneAuto, Fax, Postal, Push, SocialDM, SocialAudience, InStore, WebContent}

// The types of contact point that only some channels can use.
const (
	pointEmail  = "email"
	pointPhone  = "phone"
	pointPostal = "postal"
	pointPost   = "post" // as the published vectors write it
)

// pointTypes are those of these types that a channel can use, empty for any.
var pointTypes = map[Channel][]string{
	Email: {pointEmail}, SMS: {pointPhone}, Phone: {pointPhone}, PhoneAuto: {pointPhone}, Fax: {pointPhone},
	Postal: {pointPostal, pointPost}, Push: {}, SocialDM: {}, SocialAudience: {}, InStore: {}, WebContent: {},
}

// pointType is what stands before the first colon of a contact point.
func pointType(cp string) string {
	kind, _, _ := strings.Cut(cp, ":")
	return kind
}

// Known reports whether the channel is one of the closed list.
func (c Channel) Known() bool { _, ok := pointTypes[c]; return ok }

// reaches reports whether a channel can use a contact point. Of a type of point that we
// do not know, and on the channels that need no address, nothing is said.
func (c Channel) reaches(cp string) bool {
	switch kind := pointType(cp); kind {
	case pointEmail, pointPhone, pointPostal, pointPost:
		can := pointTypes[c]
		return len(can) == 0 || slices.Contains(can, kind)
	}
	return true
}

// PurposeOf reads a purpose as sources write it: newsletter, PROMOTIONAL_OFFERS,
// dpv:DirectMarketing. What is none of the closed list stays as it is.
func PurposeOf(text string) Purpose {
	if p := Purpose(text); text == wildcard || p.Known() {
		return p
	}
	if p, ok := purposesByName[nameKey(strings.TrimPrefix(text, "dpv:"))]; ok {
		return p
	}
	return Purpose(text)
}

// ChannelOf reads a channel as sources write it: email, phone-auto.
func ChannelOf(text string) Channel {
	if c := Channel(text); text == wildcard || c.Known() {
		return c
	}
	if c, ok := channelsByName[nameKey(text)]; ok {
		return c
	}
	return Channel(text)
}

var (
	purposesByName = byName(slices.Collect(maps.Keys(purposes)))
	channelsByName = byName(Channels)
)

// byName finds names of a list however they are written.
func byName[T ~string](list []T) map[string]T {
	m := make(map[string]T, len(list))
	for _, name := range list {
		m[nameKey(string(name))] = name
	}
	return m
}

var separators = strings.NewReplacer("_", "", "-", "", " ", "")

// nameKey is a name in lower case, without what stands between its words.
func nameKey(name string) string {
	return separators.Replace(strings.ToLower(name))
}

// wildcard is the value of an event that covers all purposes, channels or controllers.
const wildcard = "*"
