package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"

	"google.golang.org/protobuf/proto"

	"aloi"
	"aloi/internal/synth"
	aloiv1 "aloi/proto/aloi/v1"
	"aloi/server"
)

// lengthBytes is the length that stands before each message of a file.
const lengthBytes = 4

// messages are the records of a set as they are sent, made once and read from a file, so that
// the client costs little beside the server that is measured.
type messages struct {
	f          *os.File
	at         []int64 // where each message begins; one more for the end
	perMessage int
	used       int // messages that were sent, from the first on
	apart      int // records that were taken from the end, one by one
}

// spare is how many records there are beyond those that fill a store: for single calls at
// each size, and for load beside them.
func (b *bench) spare() int { return b.records/5 + 20*b.calls }

// load returns the messages of the records, and the spare ones after them. change, if any,
// is done to each record; name tells the file from others.
func (b *bench) load(name string, change func(*aloi.Record)) (*messages, error) {
	path := b.path(name, b.records) + fmt.Sprintf("-%d-%d", b.perMessage, b.calls)
	err := made(path, func(part string) error {
		f, err := os.Create(part)
		if err != nil {
			return err
		}
		defer f.Close()
		w := bufio.NewWriterSize(f, 1<<20)
		if err := writeMessages(w, synth.New(b.seed, b.records+b.spare()), b.perMessage, change); err != nil {
			return err
		}
		return w.Flush()
	})
	if err != nil {
		return nil, err
	}
	return openMessages(path, b.perMessage)
}

func writeMessages(w io.Writer, source *synth.Generator, perMessage int, change func(*aloi.Record)) error {
	m, sequence := &aloiv1.StreamRequest{}, uint64(0)
	flush := func() error {
		if len(m.GetOperations()) == 0 {
			return nil
		}
		b, err := proto.Marshal(m)
		if err == nil {
			_, err = w.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(b))))
		}
		if err == nil {
			_, err = w.Write(b)
		}
		m = &aloiv1.StreamRequest{}
		return err
	}
	for {
		r, _, ok := source.Next()
		if !ok {
			return flush()
		}
		if change != nil {
			change(r)
		}
		sequence++
		m.Operations = append(m.Operations, &aloiv1.Operation{Sequence: sequence, Operation: &aloiv1.Operation_Put{Put: server.RecordMessage(r)}})
		if len(m.GetOperations()) == perMessage {
			if err := flush(); err != nil {
				return err
			}
		}
	}
}

func openMessages(path string, perMessage int) (*messages, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	m := &messages{f: f, perMessage: perMessage, at: []int64{0}}
	var length [lengthBytes]byte
	for at := int64(0); at < info.Size(); {
		if _, err := f.ReadAt(length[:], at); err != nil {
			return nil, err
		}
		at += lengthBytes + int64(binary.LittleEndian.Uint32(length[:]))
		m.at = append(m.at, at)
	}
	return m, nil
}

// resume goes on where others left off.
func (m *messages) resume(f figures) { m.used, m.at = f.Used, m.at[:min(f.Left+1, len(m.at))] }

// again returns the messages as if none had been sent.
func (m *messages) again() *messages {
	return &messages{f: m.f, at: m.at, perMessage: m.perMessage}
}

// count is how many messages there are.
func (m *messages) count() int { return len(m.at) - 1 }

// bytes returns a message as it is sent.
func (m *messages) bytes(i int) ([]byte, error) {
	b := make([]byte, m.at[i+1]-m.at[i]-lengthBytes)
	_, err := m.f.ReadAt(b, m.at[i]+lengthBytes)
	return b, err
}

// records returns the records of a message.
func (m *messages) records(i int) ([]*aloiv1.Record, error) {
	b, err := m.bytes(i)
	if err != nil {
		return nil, err
	}
	var request aloiv1.StreamRequest
	if err := proto.Unmarshal(b, &request); err != nil {
		return nil, err
	}
	var records []*aloiv1.Record
	for _, op := range request.GetOperations() {
		records = append(records, op.GetPut())
	}
	return records, nil
}

// stored is how many records were sent in all.
func (m *messages) stored() int { return m.used*m.perMessage + m.apart }

// sent returns n records at random of those that were sent.
func (m *messages) sent(n int, seed uint64) ([]*aloiv1.Record, error) {
	rng := rand.New(rand.NewPCG(seed, 1))
	out := make([]*aloiv1.Record, n)
	for i := range out {
		records, err := m.records(rng.IntN(m.used))
		if err != nil {
			return nil, err
		}
		out[i] = records[rng.IntN(len(records))]
	}
	return out, nil
}

// fresh takes n records from the end that were not sent yet, and that nothing else will send.
func (m *messages) fresh(n int) ([]*aloiv1.Record, error) {
	var out []*aloiv1.Record
	for len(out) < n {
		last := m.count() - 1
		if last < m.used {
			return nil, fmt.Errorf("no more spare records")
		}
		records, err := m.records(last)
		if err != nil {
			return nil, err
		}
		m.at = slices.Delete(m.at, last+1, last+2)
		out = append(out, records...)
	}
	m.apart += n
	return out[:n], nil
}
