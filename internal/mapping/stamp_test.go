package mapping

import (
	"fmt"
	"testing"
	"time"
)

// plainGuess reads a time by trying every layout.
func plainGuess(value string) (time.Time, bool) {
	for _, l := range guessed {
		if t, err := time.Parse(l, value); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// FuzzGuess holds parseTime, which tries the layouts of one shape only, to trying all.
func FuzzGuess(f *testing.F) {
	for _, l := range guessed {
		f.Add(time.Date(2024, 11, 22, 13, 4, 5, 600, time.FixedZone("", 3600)).Format(l))
		f.Add(time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC).Format(l))
	}
	for _, s := range []string{"2024-01-02T03:04:05.5Z", "2024-01-02 03:04:05,25", "2024-01-02T03:04:05-07:00", "2024-01-02T03:04Z", "2024-01-02 03:04:05 Z", "2/1/2024 3:04:05", "2-1-2024 3:04", "2024-01-02T3:04:05.1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, value string) {
		if shapeOf(value).separator == 0 || len(value) > 100 || value == "" || value[0] <= ' ' || value[len(value)-1] <= ' ' {
			return // digits only, or to be trimmed first
		}
		got, ok := parseTime(value, "")
		if want, fits := plainGuess(value); ok != fits || !got.Equal(want) {
			t.Fatalf("%q: %v, %v; want %v, %v", value, got, ok, want, fits)
		}
	})
}

// FuzzISOTime holds a time that is read by hand to what its layout makes of it.
func FuzzISOTime(f *testing.F) {
	for _, s := range []string{
		"2015-01-31 23:59:59", "2024-02-29", "2023-02-29", "2023-13-01", "2023-00-10", "2023-04-00 00:00:00", "0000-01-01", "9999-12-31 24:00:00",
		"2015-01-31 23:60:00", "2015-01-31T23:59:59", "2015/01/31", "2015-01-31 23:59:60", "15-01-2020", "2015-01-31 23:59:5x",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := isoTime(s)
		if want, understood := guessTime(s); ok && (!understood || got != want) {
			t.Errorf("isoTime(%q) = %v, want %v, %v", s, got, want, understood)
		}
	})
}

// TestISOTimes tries every day that a date may name, and times of day about their ends.
func TestISOTimes(t *testing.T) {
	for _, year := range []int{0, 1, 1900, 2000, 2023, 2024, 9999} {
		for month := range 14 {
			for day := range 33 {
				s := fmt.Sprintf("%04d-%02d-%02d", year, month, day)
				got, ok := isoTime(s)
				if want, err := time.Parse(isoDate, s); ok != (err == nil) || ok && got != want.UTC() {
					t.Errorf("isoTime(%s) = %v, %v; want %v, %v", s, got, ok, want, err)
				}
			}
		}
	}
	for _, clock := range []string{"00:00:00", "23:59:59", "24:00:00", "23:60:00", "23:59:60", "12:34:56"} {
		s := "2024-02-29 " + clock
		got, ok := isoTime(s)
		if want, err := time.Parse(time.DateTime, s); ok != (err == nil) || ok && got != want.UTC() {
			t.Errorf("isoTime(%s) = %v, %v; want %v, %v", s, got, ok, want, err)
		}
	}
}
