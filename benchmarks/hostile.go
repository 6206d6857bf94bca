package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"aloi"
)

// What every record of the hostile set says, beside its own name and place: a number of those
// that are kept for films, and an address in no domain. Neither looks like a placeholder or the
// address of an office, which would take no part in matching.
const (
	sharedPhone = "06 39 98 41 27"
	sharedEmail = "famille.bellerive@gmail.example"
)

func shareContacts(r *aloi.Record) {
	r.Emails, r.Phones = []string{sharedEmail}, []string{sharedPhone}
}

// hostile measures what records cost that all share one telephone number and one e-mail
// address, in a batch and in a stream, against the same records as they are.
func (b *bench) hostile(ctx context.Context, r *report) error {
	r.printf("hostile: %d records that all have the telephone %s and the e-mail %s, against the same with their own\n\n", b.records, sharedPhone, sharedEmail)
	if err := b.hostileBatch(ctx, r); err != nil {
		return err
	}
	return b.hostileStream(ctx, r)
}

func (b *bench) hostileBatch(ctx context.Context, r *report) error {
	dir, err := b.file(ctx, b.records)
	if err != nil {
		return err
	}
	shared := b.path("csv-shared", b.records)
	err = made(shared, func(part string) error { return rewrite(filepath.Join(dir, "records.csv"), part) })
	if err != nil {
		return err
	}
	var cpu [2]float64
	for i, in := range []string{filepath.Join(dir, "records.csv"), shared} {
		s, _, err := measured(ctx, b.aloi, "dedupe", "--json", "--in", in, "--clusters", filepath.Join(b.work, "hostile.csv"), "--model", "shipped")
		if err != nil {
			return err
		}
		r.printf("batch, shipped model, %-8s: %7.1f s wall, %7.1f s CPU, peak %.0f MiB\n", []string{"normal", "hostile"}[i], s.wall.Seconds(), s.cpu.Seconds(), mib(s.peak))
		cpu[i] = s.cpu.Seconds()
	}
	r.printf("hostile ÷ normal: CPU %.2f\n\n", ratio(cpu[1], cpu[0]))
	return nil
}

// rewrite copies records.csv with the shared telephone and address in each row.
func rewrite(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer out.Close()
	rows, w := csv.NewReader(in), csv.NewWriter(out)
	rows.ReuseRecord = true
	at := map[string]int{}
	for {
		row, err := rows.Read()
		if err == io.EOF {
			w.Flush()
			return w.Error()
		}
		if err != nil {
			return err
		}
		if len(at) == 0 {
			for i, name := range row {
				at[name] = i
			}
		} else {
			row[at["phone"]], row[at["phone_2"]], row[at["email"]] = sharedPhone, "", sharedEmail
		}
		if err := w.Write(row); err != nil {
			return err
		}
	}
}

func (b *bench) hostileStream(ctx context.Context, r *report) error {
	normal, err := b.load("messages", nil)
	if err != nil {
		return err
	}
	if _, err := b.filled(ctx, r, normal); err != nil {
		return err
	}
	against, _, err := b.kept("stream", b.records)
	if err != nil {
		return err
	}
	m, err := b.load("messages-shared", shareContacts)
	if err != nil {
		return err
	}
	dir := b.path("store-shared", b.records)
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	s, err := b.serve(ctx, dir)
	if err != nil {
		return err
	}
	windows, err := b.fill(ctx, r, s, m, []int{b.records}, func() error { return nil })
	if err != nil {
		return err
	}
	f := b.summary(r, windows)
	fresh, err := m.fresh(b.calls)
	if err != nil {
		return err
	}
	l, err := timed(ctx, fresh, s.put(ctx))
	if err != nil {
		return err
	}
	r.latency("ingest, a new record, durable", l)
	if _, err := s.stop(); err != nil {
		return fmt.Errorf("stopping: %w", err)
	}
	r.printf("hostile ÷ normal: server CPU per record %.2f, records/s %.2f\n", ratio(f.ServerMicros, against.ServerMicros), ratio(f.RecordsPerSecond, against.RecordsPerSecond))
	return nil
}
