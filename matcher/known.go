package matcher

// GivenNameRarity returns how rare a word is as a given name in France: -log2 of the
// share of people who bear it; ok is false for a word that Insee does not list. The
// word is folded; spaces do not count.
func GivenNameRarity(word string) (w Weight, ok bool) { return givenNames.rarity(word) }

// FamilyNameRarity is GivenNameRarity for family names.
func FamilyNameRarity(word string) (w Weight, ok bool) { return familyNames.rarity(word) }

// PlaceRarity is GivenNameRarity for towns.
func PlaceRarity(word string) (w Weight, ok bool) { return places.rarity(word) }

// Placeholder reports whether a folded text stands for no value: NC, INCONNU, XXX.
func Placeholder(text string) bool { return isPlaceholder(text) }
