package engine

import (
	"context"
	"fmt"
	"strings"

	"aloi/store"
)

// keyTick is after how many keys whether to go on is asked.
const keyTick = 1024

// checkKeys reads every key, and holds that each is one that this version writes: nothing
// else looks at a key that belongs to nothing. sound is false where one of a known family
// can't be read as such, so that nothing else can be looked at.
func (v *verification) checkKeys(ctx context.Context) (sound bool, err error) {
	sound = true
	read := 0
	err = v.r.EachKey(isMeta, func(key []byte, fault store.KeyFault) error {
		if fault != "" {
			v.report.find(checkKey, fmt.Sprintf("key %x", key), "%s", fault)
			sound = sound && fault != store.KeyMisshapen
		}
		if read++; read%keyTick == 0 {
			return ctx.Err()
		}
		return nil
	})
	return sound, err
}

// isMeta reports whether a meta value is one of the engine's.
func isMeta(name string) bool {
	switch name {
	case metaModel, metaText, metaRevision, metaAdopting, metaRules, metaCheckpoint, metaInForce:
		return true
	}
	return strings.HasPrefix(name, metaPolicy)
}
