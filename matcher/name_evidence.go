package matcher

import (
	"strings"
	"sync"
)

// givenEvidence returns how much a name, read as a given name, speaks for being one.
func givenEvidence(name string, w nameWord) float64 {
	if len(name) == 1 || len(w.bare()) == 1 {
		return initialGiven
	}
	if first, rest, compound := strings.Cut(name, " "); compound {
		if len(first) == 1 || compoundNames().spaced[name] {
			return initialGiven
		}
		return (wordEvidence(first, first) + wordEvidence(rest, rest)) / 2
	}
	if isPlainFamily(w.text) && len(w.text) <= maxWordLetters {
		return wordEvidence(name, w.text)
	}
	return wordEvidence(name, familyNameOf([]nameWord{w}).whole)
}

// wordEvidence is givenEvidence for a single word, as a given and as a family name.
func wordEvidence(name, family string) float64 {
	rare := rarityIn(givenNames, name, unlistedGiven)
	if rare == unlistedGiven && soundsLikeGiven(name) {
		rare = soundsGiven
	}
	return rarityIn(familyNames, family, unlistedFamily) - rare
}

// soundsLikeGiven reports whether an unlisted word is a known diminutive, or sounds
// like a common given name that has diminutives.
func soundsLikeGiven(name string) bool {
	return len(givenGroups()[name]) > 0 || givenSounds()[FrenchCode(name)]
}

// givenSounds are the codes of the given names that the French list of diminutives has.
var givenSounds = sync.OnceValue(func() map[string]bool {
	codes := make(map[string]bool, 500)
	for line := range linesOf("diminutives_fr.txt") {
		if code := FrenchCode(strings.Fields(line)[0]); len(code) >= minClipped {
			codes[code] = true
		}
	}
	return codes
})

func rarityIn(table frequencies, value string, unlisted float64) float64 {
	if w, ok := table.rarity(value); ok {
		return float64(w) / float64(Bit)
	}
	return unlisted
}
