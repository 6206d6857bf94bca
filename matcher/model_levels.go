package matcher

// comparisonID is a comparison that the matcher knows by name.
type comparisonID int8

// The comparisons, in the order in which they are made. Identifiers and free
// attributes follow them in the compiled model.
const (
	compareGiven comparisonID = iota
	compareFamily
	compareOrder
	compareGeneration
	compareBirth
	compareGender
	compareEmail
	comparePhone
	compareAddress
	knownComparisons
)

// level is a grade of a comparison: an index into its levels. None says that one
// side has no value, which is no evidence.
type level int8

const none level = -1

// The levels of each known comparison, best first.
const (
	givenExact      level = iota // the same, or the same without its spaces
	givenPart                    // half of a compound: Jean, Jean-Pierre
	givenSecond                  // a further given name of the other
	givenDiminutive              // Cathy, Catherine
	givenClose                   // a slip of the hand
	givenPhonetic                // sounds alike
	givenSimilar                 // two thirds of the letters
	givenNeighbour               // two given names in use, a slip of the hand apart
	givenMentioned               // missing or an initial here, but in the e-mail address or handle
	givenInitial                 // J., Jean
	givenOwned                   // missing here, but in the e-mail address that both have
	givenVague                   // half of the letters, one of them no given name in use
	givenUnlike                  // unlike, one of them no given name in use
	givenDifferent               // two given names in use
	givenOpposed                 // two names that people of different gender bear
)

const (
	familyExact level = iota
	familyBirth       // through a name at birth
	familyPart        // one name of a double name
	familyClose
	familyPhonetic
	familySimilar
	familyVague     // half of the letters
	familyMentioned // another here, but this one in the e-mail address or handle
	familyChanged   // another name, of a woman
	familyDifferent
)

const (
	orderStraight level = iota
	orderSwapped
)

const (
	generationSame level = iota
	generationDifferent
)

const (
	birthExact      level = iota
	birthSwapped          // day and month
	birthClose            // one digit
	birthTwo              // two of year, month and day
	birthYear             // the year, where one side knows no more
	birthNear             // at most two months apart
	birthSlips            // two digits
	birthYears            // about a year apart
	birthGeneration       // as far apart as parent and child
	birthDifferent
)

const (
	genderSame level = iota
	genderDifferent
)

const (
	emailExact level = iota
	emailClose       // a slip of the hand
	emailLocal       // the same before the @
	emailNamed       // the same before the @, which is but the name
	emailDifferent
)

const (
	phoneMobile level = iota
	phoneExact
	phoneClose // one digit
	phoneSlips // two digits
	phoneDifferent
)

const (
	addressExact     level = iota // number, street and place
	addressStreet                 // street and place, a number missing
	addressNeighbour              // street and place, another number
	addressPlace                  // postal code or city, a street missing
	addressTown                   // postal code or city, two streets
	addressArea                   // département or region
	addressDifferent
)

const (
	valueExact level = iota
	valueClose
	valueDifferent
)

// knownLevels names the levels of each known comparison.
var knownLevels = [knownComparisons]struct {
	name   string
	levels []string
}{
	compareGiven: {"given_name", []string{"exact", "part", "second", "diminutive", "close", "phonetic",
		"similar", "neighbour", "mentioned", "initial", "owned", "vague", "unlike", "different", "opposed"}},
	compareFamily: {"family_name", []string{"exact", "birth", "part", "close", "phonetic", "similar",
		"vague", "mentioned", "changed", "different"}},
	compareOrder:      {"name_order", []string{"straight", "swapped"}},
	compareGeneration: {"generation", []string{"same", "different"}},
	compareBirth:      {"birth_date", []string{"exact", "swapped", "close", "two", "year", "near", "slips", "years", "generation", "different"}},
	compareGender:     {"gender", []string{"same", "different"}},
	compareEmail:      {"email", []string{"exact", "close", "local", "named", "different"}},
	comparePhone:      {"phone", []string{"mobile", "exact", "close", "slips", "different"}},
	compareAddress:    {"address", []string{"exact", "street", "neighbour", "place", "town", "area", "different"}},
}

// valueLevels are the levels of `identifier.<type>` and `attribute.<name>`.
var valueLevels = []string{"exact", "close", "different"}
