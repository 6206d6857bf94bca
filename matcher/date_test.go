package matcher

import "testing"

func TestReadDate(t *testing.T) {
	for _, c := range []struct {
		in     string
		want   Date
		reason string
	}{
		{"2006-01-02", Date{2006, 1, 2}, ""}, {"02/01/2006", Date{2006, 1, 2}, ""}, {"20060102", Date{2006, 1, 2}, ""},
		{"2 janvier 2006", Date{2006, 1, 2}, ""}, {"2/1/06", Date{2006, 1, 2}, ""}, {"02-01-2006", Date{2006, 1, 2}, ""},
		{"12/11/1978", Date{1978, 11, 12}, ""}, {"11/22/1978", Date{1978, 11, 22}, ""}, {"1996/03/05", Date{1996, 3, 5}, ""},
		{"1er mai 1960", Date{1960, 5, 1}, ""}, {"January 2, 2006", Date{2006, 1, 2}, ""}, {"2 Jan 06", Date{2006, 1, 2}, ""},
		{"né le 3 août 1955", Date{1955, 8, 3}, ""}, {"15 févr. 1980", Date{1980, 2, 15}, ""}, {"mars 1978", Date{1978, 3, 0}, ""},
		{"02.01.2006", Date{2006, 1, 2}, ""}, {"02 01 2006", Date{2006, 1, 2}, ""}, {"02012006", Date{2006, 1, 2}, ""},
		{"2012006", Date{2006, 1, 2}, ""}, {"020106", Date{2006, 1, 2}, ""}, {"31/10/76", Date{1976, 10, 31}, ""},
		{"1978-03-03T00:00:00Z", Date{1978, 3, 3}, ""}, {"1978-03-03 00:00:00", Date{1978, 3, 3}, ""}, {"03/1978", Date{1978, 3, 0}, ""},
		{"1978", Date{1978, 0, 0}, ""}, {"1978-03", Date{1978, 3, 0}, ""}, {"29/02/1984", Date{1984, 2, 29}, ""}, {"78-03-12", Date{1978, 3, 12}, ""},
		{"27-08-1941", Date{1941, 8, 27}, ""}, {"lundi 2 janvier 2006", Date{2006, 1, 2}, ""}, {"19951031", Date{1995, 10, 31}, ""},
		{"19840201.0", Date{1984, 2, 1}, ""}, {"1984.0", Date{1984, 0, 0}, ""}, {"19840201000000", Date{1984, 2, 1}, ""}, {"840201", Date{1984, 2, 1}, ""},
		{"01/00/1984", Date{1984, 0, 0}, ""}, {"XX/02/1950", Date{1950, 2, 0}, ""}, {"XX/XX/1950", Date{1950, 0, 0}, ""}, {"vers 1984", Date{1984, 0, 0}, ""},
		{"O1/O2/1984", Date{1984, 2, 1}, ""}, {"l/2/1984", Date{1984, 2, 1}, ""}, {"01/02/19 84", Date{1984, 2, 1}, ""}, {"01/02/19 10:30", Date{2019, 2, 1}, ""},
		{"01/02/1984 (40 ans)", Date{1984, 2, 1}, ""}, {"née le 01/02/1984 à Paris", Date{1984, 2, 1}, ""}, {"Wed Feb 01 1984 00:00:00 GMT+0100 (CET)", Date{1984, 2, 1}, ""},
		{"1 de febrero de 1984", Date{1984, 2, 1}, ""}, {"3 März 1984", Date{1984, 3, 3}, ""}, {"14 mrt 1984", Date{1984, 3, 14}, ""}, {"5 gennaio 1984", Date{1984, 1, 5}, ""},
		{"1 lutego 1984", Date{1984, 2, 1}, ""}, {"5 dez 1984", Date{1984, 12, 5}, ""}, {"1984年2月1日", Date{1984, 2, 1}, ""},
		{"30713", Date{}, FlagInvalid}, {"0612345678", Date{}, FlagInvalid}, {"40 ans", Date{}, FlagInvalid}, {"Paris 1984 Lyon", Date{}, FlagInvalid},
		{"01/01/1900", Date{}, FlagPlaceholder}, {"1900-01-01", Date{}, FlagPlaceholder}, {"01/01/1901", Date{}, FlagPlaceholder},
		{"00/00/0000", Date{}, FlagPlaceholder}, {"0000-00-00", Date{}, FlagPlaceholder}, {"99/99/9999", Date{}, FlagPlaceholder},
		{"31/12/9999", Date{}, FlagPlaceholder}, {"01/01/1970", Date{}, FlagPlaceholder}, {"NC", Date{}, FlagPlaceholder}, {"0", Date{}, FlagPlaceholder},
		{"29/02/1983", Date{}, FlagInvalid}, {"19371233", Date{}, FlagInvalid}, {"22-12-2972", Date{}, FlagInvalid}, {"31/02/1980", Date{}, FlagInvalid},
		{"2031-01-02", Date{}, FlagInvalid}, {"1785-01-02", Date{}, FlagInvalid}, {"hier", Date{}, FlagInvalid}, {"12", Date{}, FlagInvalid},
		{"123456789012345678901234567890", Date{}, FlagInvalid}, {"1 2 3 4 5 6 7 8 9 10", Date{}, FlagInvalid}, {"13/13/1980", Date{}, FlagInvalid},
	} {
		got := readDate(c.in)
		if got.date != c.want || got.reason != c.reason {
			t.Errorf("readDate(%q) = %+v, want %v %q", c.in, got, c.want, c.reason)
		}
	}
}

func TestReadDateKeepsWhatWasTyped(t *testing.T) {
	for in, want := range map[string]Date{
		"19371233": {1937, 12, 33}, "22-12-2972": {2972, 12, 22}, "29/02/1983": {1983, 2, 29}, "04-96-1961": {1961, 96, 4}, "hier": {},
		"29-1q-1983": {1983, 10, 29}, "12-05-19p5": {1905, 5, 12}, "q9/04/1950": {1950, 4, 9}, "1950-04-1w": {1950, 4, 10}, "198402w1": {1984, 2, 1},
		"12/05/19844": {1984, 5, 12}, "112/05/1984": {1984, 5, 11}, "12/055/1984": {1984, 5, 12}, "1984-055-12": {1984, 5, 12}, "12/05/19r84": {1908, 5, 12},
		"a2/b5/c984": {}, "40 ans": {}, "12q": {}, "19w4": {},
	} {
		if got := readDate(in); got.typed != want || !got.date.IsZero() {
			t.Errorf("readDate(%q) typed %v, want %v", in, got.typed, want)
		}
	}
}

func FuzzReadDate(f *testing.F) {
	for _, s := range []string{"2006-01-02", "1er mai 60", "99999999", "19371233", "May may 1 1", "1978-03-03T00"} {
		f.Add(s)
	}
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := readDate(s)
		if !got.date.IsZero() && (!isBirthDate(got.date) || got.reason != "" || !got.typed.IsZero()) {
			t.Fatalf("readDate(%q) = %+v", s, got)
		}
		if got.date.IsZero() && got.reason == "" {
			t.Fatalf("readDate(%q) has neither date nor reason", s)
		}
	})
}
