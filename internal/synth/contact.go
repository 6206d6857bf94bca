package synth

import "fmt"

// mobile draws a mobile number, in national form without spaces.
func mobile(r *rng) string {
	return fmt.Sprintf("0%d%08d", pick(r, []int{6, 6, 6, 7}), r.below(100_000_000))
}

// landline draws a number of the zone of a postal code (ARCEP, plan de numérotation):
// 1 Île-de-France, 2 north-west, 3 north-east, 4 south-east, 5 south-west.
func landline(r *rng, code string) string {
	return fmt.Sprintf("0%c%08d", zones[code[:2]], r.below(100_000_000))
}

// zones are the telephone zones by département.
var zones = zoneTable(map[byte]string{
	'1': "75 77 78 91 92 93 94 95",
	'2': "14 18 22 27 28 29 35 36 37 41 44 45 49 50 53 56 61 72 76 85 97",
	'3': "02 08 10 21 25 39 51 52 54 55 57 58 59 60 62 67 68 70 71 80 88 89 90",
	'4': "01 03 04 05 06 07 11 13 15 20 26 30 34 38 42 43 48 63 66 69 73 74 83 84",
	'5': "09 12 16 17 19 23 24 31 32 33 40 46 47 64 65 79 81 82 86 87",
})

func zoneTable(byZone map[byte]string) map[string]byte {
	m := map[string]byte{"98": '4'}
	for zone, list := range byZone {
		for i := 0; i < len(list); i += 3 {
			m[list[i:i+2]] = zone
		}
	}
	return m
}

// card draws a loyalty card of 13 digits.
func card(r *rng) string { return fmt.Sprintf("298%010d", r.below(10_000_000_000)) }

// makeEmail draws an e-mail address that says more or less of the name.
func makeEmail(t *tables, r *rng, p *person) string {
	given, family := letters(p.given), letters(p.birthName)
	local := given + "." + family
	switch r.below(7) {
	case 0:
		local = given + family
	case 1:
		local = family + "." + given
	case 2:
		local = fmt.Sprintf("%s.%s%d", given[:1], family, p.year%100)
	case 3:
		local = fmt.Sprintf("%s%d", given, p.year)
	case 4:
		local = fmt.Sprintf("%s.%s%d", given, family, r.below(100))
	case 5:
		local = fmt.Sprintf("%s%s%d", family[:min(4, len(family))], given[:min(3, len(given))], r.below(10_000))
	}
	return local + "@" + t.domains.draw(r)
}
