package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"aloi/consent"
	aloiv1 "aloi/proto/aloi/v1"
)

// script is what leads to a mark: it comes by with the mark armed, and then holds the
// program as it is shipped to what it said.
type script func(ctx context.Context, v *visit) error

// scripts are by the start of a mark's name; what is not here is on the way of a load.
var scripts = []struct {
	prefix string
	run    script
}{
	{"adopt/", adoptScript},
	{"renew/", renewScript},
	{"open/marks", freshScript},
	{"datadir/new", freshScript},
	{"datadir/publish", freshScript},
	{"witness/begun", freshScript},
	{"ballast/", freshScript},
	{"open/log", laterScript},
	{"erase/", laterScript},
	{"hold/put-back", putBackScript},
	{"hold/", unclosedScript},
	{"datadir/rotate", rotateScript},
	{"datadir/adopt", sealScript},
	{"vault/reseal", rotateScript},
	{"backup/", backupScript},
	{"restore/", restoreScript},
}

// scriptOf returns the script that leads to a mark.
func scriptOf(mark string) script {
	for _, s := range scripts {
		if strings.HasPrefix(mark, s.prefix) {
			return s.run
		}
	}
	return loadScript
}

// loadOperations is how many operations of each stream a script sends.
const loadOperations = 40

// loadScript streams, rules on pairs and stops.
func loadScript(ctx context.Context, v *visit) error {
	p, err := v.serveArmed()
	if err != nil {
		return err
	}
	if p != nil {
		if err := v.load(ctx, p, loadOperations); err != nil {
			p.kill()
			return err
		}
		if err := v.judgeSome(ctx, p); err != nil {
			p.kill()
			return err
		}
	}
	v.end(p)
	return v.recover(ctx)
}

// laterScript is loadScript on a store that is not new.
func laterScript(ctx context.Context, v *visit) error {
	if err := v.filled(ctx); err != nil {
		return err
	}
	return loadScript(ctx, v)
}

// unclosedScript is loadScript on a store that was not closed.
func unclosedScript(ctx context.Context, v *visit) error {
	if err := v.leaveUnclosed(ctx); err != nil {
		return err
	}
	return loadScript(ctx, v)
}

// leaveUnclosed leaves a store as a killed server does.
func (v *visit) leaveUnclosed(ctx context.Context) error {
	if err := v.filled(ctx); err != nil {
		return err
	}
	p, err := serve(v.program, v.data)
	if err != nil {
		return err
	}
	p.kill()
	return nil
}

// putBackScript starts a server on a store whose opening broke off.
func putBackScript(ctx context.Context, v *visit) error {
	if err := v.leaveUnclosed(ctx); err != nil {
		return err
	}
	broken := *v
	broken.mark, broken.does, broken.hit = "hold/checked", "crash", 1
	if p, err := broken.serveArmed(); p != nil || err != nil {
		return errors.Join(err, errors.New("opening the store does not come by hold/checked"))
	}
	return loadScript(ctx, v)
}

// freshScript makes a new store.
func freshScript(ctx context.Context, v *visit) error {
	if err := os.RemoveAll(v.data); err != nil {
		return err
	}
	v.channels, v.verdicts = newChannels(v.draw.Uint64()), map[ruled]verdicts{}
	return loadScript(ctx, v)
}

// filled makes sure that there is something in the store.
func (v *visit) filled(ctx context.Context) error {
	if v.acked() > 0 {
		return nil
	}
	p, err := serve(v.program, v.data)
	if err != nil {
		return err
	}
	if err := errors.Join(v.load(ctx, p, loadOperations), p.stop()); err != nil {
		return err
	}
	if v.acked() == 0 {
		return errors.New("nothing was acknowledged")
	}
	return nil
}

var (
	modelVersion = regexp.MustCompile(`(?m)^version: .*$`)
	modelSame    = regexp.MustCompile(`(?m)^same: .*$`)
)

// adoptScript puts another model in force.
func adoptScript(ctx context.Context, v *visit) error {
	if err := v.filled(ctx); err != nil {
		return err
	}
	p, err := v.serveArmed()
	if err != nil {
		return err
	}
	version := fmt.Sprintf("torture-%d", v.draw.Uint32())
	var was string
	answered := false
	if p != nil {
		was, answered, err = v.adopt(ctx, p, version)
		v.end(p)
	}
	if err = errors.Join(err, v.recover(ctx)); err != nil || was == "" {
		return err
	}
	return v.checkModel(ctx, version, was, answered)
}

// adopt asks for a model of another version and threshold.
func (v *visit) adopt(ctx context.Context, p *process, version string) (was string, answered bool, err error) {
	client := aloiv1.NewModelsClient(p.conn)
	now, err := client.GetModel(ctx, &aloiv1.GetModelRequest{})
	if err != nil {
		return "", false, err
	}
	text := modelVersion.ReplaceAllString(now.GetModel(), "version: "+version)
	text = modelSame.ReplaceAllString(text, fmt.Sprintf("same: %d", 2+v.draw.IntN(4)))
	steps, err := client.Adopt(ctx, &aloiv1.AdoptRequest{Model: text})
	for err == nil {
		var step *aloiv1.AdoptResponse
		if step, err = steps.Recv(); err == nil && step.GetAdoption() != nil {
			answered = true
		}
	}
	return now.GetVersion(), answered, nil // how it ended is seen by the mark and by what is in force
}

// checkModel holds that one of two models is in force, the new one if it was said so.
func (v *visit) checkModel(ctx context.Context, version, was string, answered bool) error {
	p, err := serve(v.program, v.data)
	if err != nil {
		return err
	}
	now, err := aloiv1.NewModelsClient(p.conn).GetModel(ctx, &aloiv1.GetModelRequest{})
	if err = errors.Join(err, p.stop()); err != nil {
		return err
	}
	if in := now.GetVersion(); in != version && (answered || in != was) {
		return fmt.Errorf("the model %s is in force; %s was, and the adoption of %s was answered: %v", in, was, version, answered)
	}
	return nil
}

// renewScript starts the program with another policy, under which dossiers are not the same.
func renewScript(ctx context.Context, v *visit) error {
	if err := v.filled(ctx); err != nil {
		return err
	}
	policy := consent.DefaultPolicy()
	policy.Version = fmt.Sprintf("torture-%d", v.draw.Uint32())
	policy.Passive = append(policy.Passive, policy.Version)
	file := v.path("policy.yaml")
	if err := os.WriteFile(file, policy.Text(), 0o600); err != nil {
		return err
	}
	p, err := v.serveArmed("--policy", file)
	if err != nil {
		return err
	}
	v.end(p)
	// The other policy again, which finishes what broke off, and then the usual one.
	if p, err = serve(v.program, v.data, withFlags("--policy", file)); err != nil {
		return err
	}
	return errors.Join(p.stop(), v.recover(ctx))
}

// rotateScript gives the store new keys.
func rotateScript(ctx context.Context, v *visit) error {
	if err := v.filled(ctx); err != nil {
		return err
	}
	p, err := v.serveArmed()
	if err != nil {
		return err
	}
	if p != nil {
		steps, err := aloiv1.NewOperationsClient(p.conn).RotateKeys(ctx, &aloiv1.RotateKeysRequest{})
		for err == nil {
			_, err = steps.Recv()
		}
	}
	v.end(p)
	return v.recover(ctx)
}

// sealScript starts the program on a store of an earlier version, which it seals.
func sealScript(ctx context.Context, v *visit) error {
	stores, err := oldStores()
	if err != nil {
		return err
	}
	s := stores[v.draw.IntN(len(stores))]
	v.data = filepath.Join(v.dir, s.name)
	if err := errors.Join(os.RemoveAll(v.data), s.unpack(v.data)); err != nil {
		return err
	}
	p, err := v.serveArmed()
	if err != nil {
		return err
	}
	v.end(p)
	_, err = s.check(ctx, v.program, v.data)
	return err
}
