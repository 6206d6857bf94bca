package server

// Limits are those that a test makes smaller.
type Limits = limits

// WithLimits returns the options with limits that change has changed.
func (o Options) WithLimits(change func(*Limits)) Options {
	l := usualLimits
	change(&l)
	o.limits = &l
	return o
}

// Held is what a server holds for its clients.
type Held struct {
	Calls, Sharing                int64
	Ingest, Asked, Answers, Watch int64 // bytes
}

// Held returns what the server holds now.
func (s *Server) Held() Held {
	b := s.budgets
	return Held{
		Calls: s.admission.calls.Load(), Sharing: b.ingest.sharing.Load(), Ingest: b.ingest.taken.Load(), Asked: b.asked.taken.Load(),
		Answers: b.answers.taken.Load(), Watch: b.watch.taken.Load(),
	}
}

// Methods are the methods that the server knows how to treat.
func Methods() map[string]bool {
	names := map[string]bool{}
	for name := range methods {
		names[name] = true
	}
	return names
}
