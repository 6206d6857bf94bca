package consent

// ParsePolicy reads a policy as YAML: what it does not say is as in DefaultPolicy. An
// unknown key, or a value out of range, is an error that names it.
func ParsePolicy(text []byte) (*Policy, error) { panic("stub") }

// Text returns the policy as YAML that ParsePolicy reads back as the same.
func (p *Policy) Text() []byte { panic("stub") }
