package mapping

import (
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
