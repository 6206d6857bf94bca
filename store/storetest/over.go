package storetest

import "aloi/store/kv"

// Over makes of what an Update returned what an UpdateAhead returns whose commit is over: for
// databases of tests that do something of their own at every commit.
func Over(err error) (kv.Pending, error) {
	if err != nil {
		return nil, err
	}
	return over{}, nil
}

type over struct{}

func (over) Wait() error { return nil }
