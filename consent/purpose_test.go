package consent

import (
	"testing"

	"aloi"
)

// Sources write names as they like; what nobody knows stays as it is.
func TestNamesAsSourcesWriteThem(t *testing.T) {
	for text, want := range map[string]Purpose{
		"Newsletter": Newsletter, "newsletter": Newsletter, "PROMOTIONAL_OFFERS": PromotionalOffers, "direct marketing": DirectMarketing,
		"dpv:DirectMarketing": DirectMarketing, "ShareWithPartner(Caisse)": "ShareWithPartner(Caisse)", "*": "*", "": "", "astrologie": "astrologie",
	} {
		if got := PurposeOf(text); got != want {
			t.Errorf("purpose %q is read as %q, want %q", text, got, want)
		}
	}
	for text, want := range map[string]Channel{"email": Email, "EMAIL": Email, "Phone-Auto": PhoneAuto, "social_dm": SocialDM, "*": "*", "pigeon": "pigeon"} {
		if got := ChannelOf(text); got != want {
			t.Errorf("channel %q is read as %q, want %q", text, got, want)
		}
	}
	e := EventOf("id", "web", &aloi.ConsentEvent{Kind: aloi.ConsentGiven, Purposes: []string{"newsletter"}, Channels: []string{"email", "pigeon"}})
	if e.Purposes[0] != Newsletter || e.Channels[0] != Email || e.Channels[1] != "pigeon" {
		t.Errorf("an event has %v by %v", e.Purposes, e.Channels)
	}
}
