package server_test

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"aloi/engine"
	"aloi/matcher"
	aloiv1 "aloi/proto/aloi/v1"
	"aloi/server"
	"aloi/server/servertest"
)

// lastOf reads a stream to its end and returns its last message, and how many came before.
func lastOf[M any](t *testing.T, stream grpc.ServerStreamingClient[M], err error) (last *M, before int) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	for {
		m, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return last, before - 1
		}
		if err != nil {
			t.Fatal(err)
		}
		last, before = m, before+1
	}
}

// adopt adopts a model and returns what changed.
func adopt(t *testing.T, s *servertest.Server, model string) *aloiv1.Adoption {
	t.Helper()
	stream, err := s.Models.Adopt(t.Context(), &aloiv1.AdoptRequest{Model: model})
	last, _ := lastOf(t, stream, err)
	if last.GetAdoption() == nil {
		t.Fatalf("the last response is %v", last)
	}
	return last.Adoption
}

// yaml writes a model that f changed.
func yaml(t *testing.T, f func(*matcher.Model)) string {
	t.Helper()
	m := matcher.Default()
	f(m)
	var b strings.Builder
	if err := m.Save(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestModels learns a model from what is stored, adopts it, and opens the store again.
func TestModels(t *testing.T) {
	dir := t.TempDir()
	s := servertest.Open(t, dir, server.Options{})
	shipped, err := s.Models.GetModel(t.Context(), &aloiv1.GetModelRequest{})
	if err != nil || shipped.Version != matcher.Default().Version || shipped.Model != yaml(t, func(*matcher.Model) {}) {
		t.Fatalf("the model of a new store: %v, %v", shipped, err)
	}
	var ops []*aloiv1.Operation
	for n := range matcher.MinTrainRecords {
		ops = append(ops, servertest.Put(person("web", n)))
	}
	s.Stream(ops...)
	training, err := s.Models.Train(t.Context(), &aloiv1.TrainRequest{Version: "nôtre-1", Seed: 4})
	learned, before := lastOf(t, training, err)
	trained := learned.GetTrained()
	var report matcher.TrainReport
	if trained.GetVersion() != "nôtre-1" || before < 2 || !strings.Contains(trained.ReportText, "precision") ||
		json.Unmarshal([]byte(trained.ReportJson), &report) != nil || report.Records != matcher.MinTrainRecords {
		t.Fatalf("%d messages of progress, then %v", before, learned)
	}
	if now, err := s.Models.GetModel(t.Context(), &aloiv1.GetModelRequest{}); err != nil || now.Version != shipped.Version {
		t.Errorf("training put %v in force, %v", now, err)
	}
	a := adopt(t, s, trained.Model)
	if a.Version != "nôtre-1" || a.Replaced != shipped.Version || a.Records != matcher.MinTrainRecords || a.Entities == 0 {
		t.Errorf("adopted: %v", a)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = servertest.Open(t, dir, server.Options{})
	if now, err := s.Models.GetModel(t.Context(), &aloiv1.GetModelRequest{}); err != nil || now.Version != "nôtre-1" || now.Model != trained.Model {
		t.Errorf("after a restart: %v, %v", now, err)
	}
	if a := adopt(t, s, ""); a.Version != shipped.Version || a.Replaced != "nôtre-1" {
		t.Errorf("back to the shipped one: %v", a)
	}
}

// Whoever follows the journal sees what an adoption changed.
func TestAdoptIsWatched(t *testing.T) {
	s := servertest.Start(t)
	acks := s.Stream(servertest.Put(anne("store", "1")), servertest.Put(anne("web", "1")), servertest.Put(person("web", 2)))
	watch, err := s.Changes.Watch(t.Context(), &aloiv1.WatchRequest{Follow: true})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for len(seen) < 2 {
		m, err := watch.Recv()
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range m.Changes {
			seen[c.EntityId] = true
		}
	}
	a := adopt(t, s, yaml(t, func(m *matcher.Model) { m.Version, m.Same, m.Strong = "miser", 200*matcher.Bit, 200*matcher.Bit }))
	if a.Changed != 2 || a.Entities != 3 || a.FirstSequence == 0 || a.LastSequence != a.FirstSequence {
		t.Errorf("adopted: %v", a)
	}
	m, err := watch.Recv()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range m.Changes {
		if c.Kind != aloiv1.ChangeKind_CHANGE_KIND_SPLIT || c.Before[0] != acks[0].EntityId || c.Sequence != a.FirstSequence {
			t.Errorf("change: %v", c)
		}
	}
	if len(m.Changes) != 2 {
		t.Errorf("%d changes", len(m.Changes))
	}
}

func TestModelsRefuse(t *testing.T) {
	s := servertest.Start(t)
	for name, c := range map[string]struct{ model, field string }{
		"no YAML":          {"{", "model"},
		"an unknown key":   {"version: v\npriors: 3\n", "model"},
		"no comparisons":   {"version: v\n", "model.comparisons"},
		"a wrong figure":   {yaml(t, func(m *matcher.Model) { m.Comparisons[0].Levels[0].M = 2 }), "model.comparisons[0].levels[0]"},
		"more than fits":   {strings.Repeat("#", engine.MaxModelBytes+1), "model"},
		"not even a model": {"\x00", "model"},
	} {
		stream, err := s.Models.Adopt(t.Context(), &aloiv1.AdoptRequest{Model: c.model})
		if err == nil {
			_, err = stream.Recv()
		}
		if status.Code(err) != codes.InvalidArgument || fieldOf(err) != c.field {
			t.Errorf("%s: %v of %q, want %q", name, err, fieldOf(err), c.field)
		}
	}
	stream, err := s.Models.Train(t.Context(), &aloiv1.TrainRequest{})
	if err == nil {
		_, err = stream.Recv()
	}
	if status.Code(err) != codes.InvalidArgument || fieldOf(err) != "records" {
		t.Errorf("training on nothing: %v", err)
	}
}
