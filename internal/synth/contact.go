package synth

import "fmt"

// spread maps the numbers below modulus, which is made of twos and fives, one to one
// onto themselves, so that the numbers of two people are never one by chance.
func spread(n, modulus uint64) uint64 {
	const factor, shift = 618_033_989, 141_421_356 // no common divisor with ten
	return (n%modulus*factor + shift) % modulus
}

// mobile returns the n-th mobile number, in national form without spaces: 06 1 to 06 9
// and 07 3 to 07 9.
func mobile(n uint64) string {
	const of06, of07 = 90_000_000, 70_000_000
	v := spread(n, of06+of07)
	if v < of06 {
		return fmt.Sprintf("06%08d", 10_000_000+v)
	}
	return fmt.Sprintf("07%08d", 30_000_000+v-of06)
}

// landline returns the n-th number in the zone of a postal code (ARCEP, plan de
// numérotation): 1 Île-de-France, 2 north-west, 3 north-east, 4 south-east, 5 south-west.
func landline(n uint64, code string) string {
	return fmt.Sprintf("0%c%08d", zones[code[:2]], 20_000_000+spread(n, 80_000_000))
}

// zones are the telephone zones by département.
var zones = zoneTable(map[byte]string{
	'1': "75 77 78 91 92 93 94 95",
	'2': "14 18 22 27 28 29 35 36 37 41 44 45 49 50 53 56 61 72 76 85 97",
	'3': "02 08 10 21 25 39 51 52 54 55 57 58 59 60 62 67 68 70 71 80 88 89 90",
	'4': "01 03 04 05 06 07 11 13 15 20 26 30 34 38 42 43 48 63 66 69 73 74 83 84 98",
	'5': "09 12 16 17 19 23 24 31 32 33 40 46 47 64 65 79 81 82 86 87",
})

func zoneTable(byZone map[byte]string) map[string]byte {
	m := map[string]byte{}
	for zone, list := range byZone {
		for i := 0; i < len(list); i += 3 {
			m[list[i:i+2]] = zone
		}
	}
	return m
}

// card returns the n-th loyalty card: 13 digits that begin with 298, the last of them
// the check digit of an EAN.
func card(n uint64) string {
	digits := fmt.Sprintf("298%09d", spread(n, 1_000_000_000))
	sum := 0
	for i, c := range digits {
		sum += int(c-'0') * (1 + 2*(i%2))
	}
	return fmt.Sprintf("%s%d", digits, (10-sum%10)%10)
}

// makeEmail draws an e-mail address that says more or less of the name. Somebody whose
// name is frequent finds the plain ones taken, and adds a number.
func makeEmail(t *tables, r *rng, p *person) string {
	name := p.birthName
	if p.married != "" && p.marriedOn < 0 && r.chance(550) {
		name = p.married
	}
	given, family := letters(p.given), letters(name)
	number := ""
	if t.frequent[name] {
		number = fmt.Sprint(r.between(10, 9999))
	}
	var local string
	switch r.below(8) {
	case 0:
		local = given + family + number
	case 1:
		local = family + "." + given + number
	case 2:
		local = fmt.Sprintf("%s.%s%02d%s", given[:1], family, p.year%100, number)
	case 3:
		local = fmt.Sprintf("%s%s%d", given, family[:min(2, len(family))], r.between(1000, 99_999))
	case 4:
		local = fmt.Sprintf("%s.%s%02d%s", given, family, r.below(100), number)
	case 5:
		local = fmt.Sprintf("%s%s%d", pick(r, t.pseudonyms), given[:min(3, len(given))], r.between(1000, 99_999))
	default:
		local = given + "." + family + number
	}
	return local + "@" + t.domains.draw(r)
}

// makeHandle draws the name that somebody has on a network.
func makeHandle(t *tables, r *rng, p *person) string {
	given, family := letters(p.given), letters(p.birthName)
	number := ""
	if t.frequent[p.birthName] {
		number = fmt.Sprint(r.between(10, 9999))
	}
	switch r.below(5) {
	case 0:
		return given + "." + family + number
	case 1:
		return given + family + number
	case 2:
		return fmt.Sprintf("%s_%s%d", given, family[:min(2, len(family))], r.between(10, 9999))
	case 3:
		return fmt.Sprintf("%s%s%d", given[:1], family, r.between(10, 9999))
	}
	return fmt.Sprintf("%s%s%d", pick(r, t.pseudonyms), given[:min(3, len(given))], r.between(10, 99_999))
}
