package server_test

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	aloiv1 "aloi/proto/aloi/v1"
	"aloi/server"
	"aloi/server/servertest"
)

// canary is in every value that this test sends, and must be in none that comes back with an
// error, nor in the log.
const canary = "zqxcanary"

// songs are what is put into a text: what is well formed but means nothing, and what breaks
// a limit or an encoding.
var songs = map[string]string{
	"plain":         canary,
	"as an e-mail":  canary + "@example.org",
	"as a source":   canary + "-1",
	"invalid UTF-8": canary + "\xff",
	"NUL":           canary + "\x00",
	"log injection": canary + "\nlevel=ERROR " + canary,
	"upper case":    strings.ToUpper(canary),
	"too long":      strings.Repeat(canary, 8000),
}

// No error and no log line of any call holds a value of its request, whatever the value and
// the field: all fields at once, and each by itself.
func TestNoErrorHoldsAValue(t *testing.T) {
	var log syncBuffer
	s := servertest.Open(t, t.TempDir(), server.Options{Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	calls, failed := 0, 0
	for _, m := range methodsOfOurs() {
		for song, text := range songs {
			for _, req := range requests(m, text) {
				answer, err := call(t, s.Conn, m, req)
				if status.Code(err) == codes.Unimplemented {
					continue // of a server without a data directory
				}
				calls++
				if err != nil {
					failed++
				}
				if status.Code(err) == codes.Internal || status.Code(err) == codes.Unknown {
					t.Errorf("%s, %s: %v", m.FullName(), song, err)
				}
				if sung(answer) || sung(fmt.Sprint(status.Convert(err).Proto())) {
					t.Fatalf("%s, %s: the answer holds the value: %s %v", m.FullName(), song, answer, status.Convert(err).Proto())
				}
			}
		}
	}
	if sung(log.String()) {
		t.Error("the log holds a value")
	}
	if lines := strings.Count(log.String(), "\n"); lines < calls {
		t.Errorf("%d calls left %d lines in the log", calls, lines)
	}
	if calls < 1000 || failed < calls/2 {
		t.Errorf("only %d calls, %d of which failed", calls, failed)
	}
}

func sung(text string) bool { return strings.Contains(strings.ToLower(text), canary) }

// methodsOfOurs returns every method of the API but those that take long.
func methodsOfOurs() (all []protoreflect.MethodDescriptor) {
	protoregistry.GlobalFiles.RangeFilesByPackage("aloi.v1", func(f protoreflect.FileDescriptor) bool {
		for i := range f.Services().Len() {
			service := f.Services().Get(i).Methods()
			for k := range service.Len() {
				all = append(all, service.Get(k))
			}
		}
		return true
	})
	return all
}

// call calls a method with one request. It returns what acknowledgements said, since they
// are errors too.
func call(t *testing.T, conn *grpc.ClientConn, m protoreflect.MethodDescriptor, req proto.Message) (string, error) {
	t.Helper()
	path := fmt.Sprintf("/%s/%s", m.Parent().FullName(), m.Name())
	stream, err := conn.NewStream(t.Context(), &grpc.StreamDesc{ClientStreams: true, ServerStreams: true}, path)
	if err != nil {
		return "", err
	}
	if err := stream.SendMsg(req); err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	if err := stream.CloseSend(); err != nil {
		return "", err
	}
	var said strings.Builder
	for {
		resp := newMessage(m.Output())
		err := stream.RecvMsg(resp)
		if errors.Is(err, io.EOF) {
			return said.String(), nil
		}
		if err != nil {
			return said.String(), err
		}
		switch r := resp.(type) {
		case *aloiv1.StreamResponse:
			said.WriteString(r.String())
		case *aloiv1.PutResponse:
			said.WriteString(r.String())
		case *aloiv1.PreviewResponse:
			said.WriteString(fmt.Sprint(r.Violations))
		}
	}
}

func newMessage(d protoreflect.MessageDescriptor) proto.Message {
	m, err := protoregistry.GlobalTypes.FindMessageByName(d.FullName())
	if err != nil {
		panic(err)
	}
	return m.New().Interface()
}

// requests returns requests of a method: one with a text in every field that takes one, and
// one for each such field with the text in it alone.
func requests(m protoreflect.MethodDescriptor, text string) []proto.Message {
	var out []proto.Message
	for only := -1; ; only++ {
		req := newMessage(m.Input())
		f := filler{text: text, only: only}
		f.fill(req.ProtoReflect())
		if only >= f.seen {
			return out
		}
		out = append(out, req)
	}
}

// filler puts a text into the fields of a message.
type filler struct {
	text string
	only int // the number of the field to fill; -1 for all
	seen int
}

func (f *filler) fill(m protoreflect.Message) {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		d := fields.Get(i)
		if d.ContainingOneof() != nil && f.only < 0 && m.WhichOneof(d.ContainingOneof()) != nil {
			continue // the first of them is filled
		}
		switch {
		case d.Kind() == protoreflect.StringKind || d.Kind() == protoreflect.BytesKind:
			f.seen++
			if f.only < 0 || f.only == f.seen-1 {
				f.set(m, d)
			}
		case d.Message() != nil && d.IsList():
			f.fill(m.Mutable(d).List().AppendMutable().Message())
		case d.Message() != nil && d.Message().FullName() != "google.protobuf.Timestamp":
			before := f.seen
			inner := m.NewField(d)
			f.fill(inner.Message())
			if d.ContainingOneof() == nil || f.only < 0 || before <= f.only && f.only < f.seen {
				m.Set(d, inner)
			}
		}
	}
}

func (f *filler) set(m protoreflect.Message, d protoreflect.FieldDescriptor) {
	value := protoreflect.ValueOfString(f.text)
	if d.Kind() == protoreflect.BytesKind {
		value = protoreflect.ValueOfBytes([]byte(f.text))
	}
	if d.IsList() {
		m.Mutable(d).List().Append(value)
		return
	}
	m.Set(d, value)
}
