package consent

// campaignTypes are the types of contact point that a campaign on a channel goes to, in
// order; nil is any.
var campaignTypes = map[Channel][]string{
	Email: {pointEmail}, SMS: {pointPhone}, Phone: {pointPhone}, PhoneAuto: {pointPhone}, Fax: {pointPhone},
	Postal: {pointPostal}, Push: {"push"}, SocialDM: {"social"}, SocialAudience: {pointEmail, pointPhone},
}

// Reaches reports whether a campaign on the channel goes to a contact point: one in the
// shop, or on the web, to any; on a channel that is not known, to none.
func (c Channel) Reaches(cp string) bool {
	types, known := campaignTypes[c]
	if !known {
		return c.Known()
	}
	for _, t := range types {
		if t == pointType(cp) {
			return true
		}
	}
	return false
}

// Permits reports whether an event is of those that a PERMIT can rest on: a grant, or a
// fact that serves as one.
func (e *Event) Permits() bool { return permits(e) }
