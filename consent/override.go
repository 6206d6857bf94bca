package consent

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"aloi"
)

// override sets what a vector says of the policy, and returns the keys that are not
// known, sorted.
func (p *Policy) override(with map[string]json.RawMessage) (ignored []string, err error) {
	for _, key := range slices.Sorted(maps.Keys(with)) {
		set, unit := p.setting(key)
		if set == nil {
			ignored = append(ignored, key)
			continue
		}
		if err := assign(set, unit, with[key]); err != nil {
			return ignored, fmt.Errorf("policy.%s: %w", key, err)
		}
	}
	return ignored, nil
}

// setting finds what a key of a policy sets, and the unit of a duration. The unit may
// stand behind the name: retention_days, clock_skew_seconds.
func (p *Policy) setting(key string) (set any, unit time.Duration) {
	name, unit := key, time.Duration(0)
	for suffix, u := range map[string]time.Duration{"_seconds": time.Second, "_s": time.Second, "_hours": time.Hour, "_days": day} {
		if cut, ok := strings.CutSuffix(key, suffix); ok {
			name, unit = cut, u
		}
	}
	or := func(usual time.Duration) time.Duration {
		if unit == 0 {
			return usual
		}
		return unit
	}
	switch name {
	case "clock_skew", "skew":
		return &p.ClockSkew, or(time.Second)
	case "future_tolerance":
		return &p.FutureTolerance, or(time.Second)
	case "token_life", "token_ttl", "token_valid", "doi_ttl", "confirmation_token", "doi_token", "doi_validity":
		return &p.TokenLife, or(day)
	case "max_consent_age", "consent_max_age", "max_age":
		return &p.MaxConsentAge, or(day)
	case "retention":
		return &p.Retention, or(day)
	case "confirmed", "confirm", "confirmation", "doi", "doi_required", "doi_channels", "require_doi", "confirmation_needed", "confirm_channels":
		return &p.Confirmed, 0
	case "min_grant":
		return &p.MinGrant, 0
	case "min_stop":
		return &p.MinStop, 0
	case "purchased_needs", "purchased_requires", "purchased_proof", "bought_list_needs":
		return &p.PurchasedNeeds, 0
	case "free_account_is_sale", "free_account_sale", "free_account":
		return &p.FreeAccountIsSale, 0
	}
	return nil, 0
}

// assign reads a value into a setting.
func assign(set any, unit time.Duration, value json.RawMessage) error {
	switch s := set.(type) {
	case *time.Duration:
		var n *float64
		if err := json.Unmarshal(value, &n); err != nil {
			return fmt.Errorf("is no number")
		}
		*s = 0
		if n != nil {
			*s = time.Duration(*n * float64(unit))
		}
	case *aloi.LinkStrength:
		if err := json.Unmarshal(value, s); err != nil || rank(*s) == 0 {
			return fmt.Errorf("is none of WEAK, STRONG, DETERMINISTIC, ASSERTED")
		}
	case *[]Channel:
		var on bool
		if json.Unmarshal(value, &on) == nil {
			*s = nil
			if on {
				*s = []Channel{Email}
			}
			return nil
		}
		if err := json.Unmarshal(value, s); err != nil {
			return fmt.Errorf("is no list of channels")
		}
	case *[]string:
		if err := json.Unmarshal(value, s); err != nil {
			return fmt.Errorf("is no list of texts")
		}
	case *bool:
		if err := json.Unmarshal(value, s); err != nil {
			return fmt.Errorf("is neither true nor false")
		}
	}
	return nil
}
