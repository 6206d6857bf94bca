package matcher

import "strings"

// maxAddressWords is how many words of an address line are read.
const maxAddressWords = 32

// addressWord is one word of an address line: letters, digits, or digits joined by - or /.
type addressWord struct {
	text string
	// parted is set where a comma or the end of a line stands before the word.
	parted bool
	// stuck is set where nothing but a - or / stands between the word and the one before.
	stuck bool
}

// appendAddressWords appends the words of a line that is folded to an empty list.
func appendAddressWords(words []addressWord, text string) []addressWord {
	parted := false
	for i := 0; i < len(text) && len(words) < maxAddressWords; {
		c := text[i]
		if !isDigit(c) && !isLetter(c) {
			parted = parted || c == ',' || c == ';' || c == '\n'
			i++
			continue
		}
		j := i + 1
		for j < len(text) && (isDigit(text[j]) || isLetter(text[j]) || joinsDigits(text, j)) {
			j++
		}
		word := text[i:j]
		if word == "S" && strings.HasPrefix(text[j:], "/N") && (j+2 == len(text) || !isLetter(text[j+2])) { // no number
			word, j = "SN", j+2
		} else if word == "S" && j < len(text) && text[j] == '/' { // Villiers-s/Marne
			word = "SUR"
		} else if word == "C" && j < len(text) && text[j] == '/' && !strings.HasPrefix(text[j:], "/O") {
			word = "CALLE"
		}
		stuck := i > 1 && (text[i-1] == '-' || text[i-1] == '/') && isDigit(text[i-2])
		words = append(words, addressWord{word, parted && len(words) > 0, stuck})
		parted = false
		i = j
	}
	return words
}

// joinsDigits reports whether text[i] is a - or / between two digits.
func joinsDigits(text string, i int) bool {
	return (text[i] == '-' || text[i] == '/') && i > 0 && i+1 < len(text) && isDigit(text[i-1]) && isDigit(text[i+1])
}

// joinWords writes words with spaces between them.
func joinWords(words []addressWord) string {
	if len(words) == 1 {
		return words[0].text
	}
	var room [maxAddressBytes]byte
	return string(appendWords(room[:0], words))
}

// appendWords appends words with spaces between them to empty text.
func appendWords(text []byte, words []addressWord) []byte {
	for i, w := range words {
		if i > 0 {
			text = append(text, ' ')
		}
		text = append(text, w.text...)
	}
	return text
}

// frenchTypes are the types of streets that stand before the name, and how they
// are abbreviated.
var frenchTypes = map[string]string{
	"RUE": "", "R": "RUE", "AVENUE": "", "AV": "AVENUE", "AVE": "AVENUE", "AVN": "AVENUE", "BOULEVARD": "", "BD": "BOULEVARD", "BLD": "BOULEVARD", "BVD": "BOULEVARD",
	"BLVD": "BOULEVARD", "BOUL": "BOULEVARD", "CHEMIN": "", "CH": "CHEMIN", "CHE": "CHEMIN", "CHEM": "CHEMIN", "ALLEE": "", "ALLEES": "", "ALL": "ALLEE", "AL": "ALLEE",
	"IMPASSE": "", "IMP": "IMPASSE", "PLACE": "", "PL": "PLACE", "PLC": "PLACE", "PCE": "PLACE", "ROUTE": "", "RTE": "ROUTE", "RT": "ROUTE", "SQUARE": "", "SQ": "SQUARE", "SQU": "SQUARE",
	"FAUBOURG": "", "FG": "FAUBOURG", "FBG": "FAUBOURG", "FAUB": "FAUBOURG", "COURS": "", "CRS": "COURS", "QUAI": "", "QU": "QUAI", "Q": "QUAI", "PASSAGE": "", "PASS": "PASSAGE", "PAS": "PASSAGE",
	"CHAUSSEE": "", "CHS": "CHAUSSEE", "MONTEE": "", "MTE": "MONTEE", "ESPLANADE": "", "ESP": "ESPLANADE", "PROMENADE": "", "PROM": "PROMENADE", "SENTIER": "", "SEN": "SENTIER", "SENT": "SENTIER",
	"TRAVERSE": "", "TRA": "TRAVERSE", "VOIE": "", "VENELLE": "", "VEN": "VENELLE", "RUELLE": "", "RLE": "RUELLE", "COTE": "", "CITE": "", "CLOS": "", "COUR": "", "MAIL": "", "RAMPE": "", "VILLA": "", "VLA": "VILLA", "RPT": "ROND POINT", "PARVIS": "",
	"HAMEAU": "", "HAM": "HAMEAU", "QUARTIER": "", "QUA": "QUARTIER", "QRT": "QUARTIER", "DOMAINE": "", "DOM": "DOMAINE", "ROCADE": "", "CARREFOUR": "", "CAR": "CARREFOUR", "LEVEE": "", "DRAILLE": "", "MAS": "", "SENTE": "",
}

// englishTypes are those that stand after the name. The short ones count at the end only.
var englishTypes = map[string]string{
	"STREET": "", "ST": "STREET", "STR": "STREET", "ROAD": "", "RD": "ROAD", "AVENUE": "", "AVE": "AVENUE", "AV": "AVENUE", "DRIVE": "", "DR": "DRIVE", "DRV": "DRIVE", "LANE": "", "LN": "LANE",
	"COURT": "", "CT": "COURT", "CRT": "COURT", "PLACE": "", "PL": "PLACE", "CRESCENT": "", "CRES": "CRESCENT", "CR": "CRESCENT", "CLOSE": "", "CL": "CLOSE", "BOULEVARD": "", "BLVD": "BOULEVARD",
	"SQUARE": "", "SQ": "SQUARE", "TERRACE": "", "TCE": "TERRACE", "TERR": "TERRACE", "PARADE": "", "PDE": "PARADE", "HIGHWAY": "", "HWY": "HIGHWAY", "CIRCUIT": "", "CCT": "CIRCUIT", "CIRCLE": "", "CIR": "CIRCLE",
	"WAY": "", "WY": "WAY", "GROVE": "", "GR": "GROVE", "GARDENS": "", "GDNS": "GARDENS", "PARKWAY": "", "PKWY": "PARKWAY", "MEWS": "", "ROW": "", "RISE": "", "CRESENT": "CRESCENT", "STRASSE": "", "ESPLANADE": "", "LOOP": "", "TRAIL": "", "PLAZA": "",
}

// wordAbbreviations are short forms inside French street names.
var wordAbbreviations = map[string]string{
	"ST": "SAINT", "STE": "SAINTE", "STS": "SAINTS", "STES": "SAINTES", "1ER": "PREMIER", "IER": "PREMIER", "1ERE": "PREMIERE", "2ND": "2E", "SECOND": "2E", "DEUXIEME": "2E", "GAL": "GENERAL", "GEN": "GENERAL", "GL": "GENERAL", "MAL": "MARECHAL", "MAR": "MARECHAL", "DR": "DOCTEUR", "DOCT": "DOCTEUR", "PDT": "PRESIDENT", "PRES": "PRESIDENT", "PRDT": "PRESIDENT", "ADM": "AMIRAL", "NTE": "NOTRE", "AVDA": "AVENIDA", "CTRA": "CARRETERA", "PZA": "PLAZA", "PZZA": "PIAZZA", "VLE": "VIALE", "OS": "OSIEDLE",
	"CDT": "COMMANDANT", "CMDT": "COMMANDANT", "COL": "COLONEL", "CAP": "CAPITAINE", "CAPT": "CAPITAINE", "LT": "LIEUTENANT", "SGT": "SERGENT", "PROF": "PROFESSEUR", "PR": "PROFESSEUR", "GD": "GRAND", "GDE": "GRANDE",
	"PT": "PETIT", "PTE": "PETITE", "ND": "NOTRE DAME", "JJ": "JEAN JACQUES", "FR": "FRANCOIS", "MGR": "MONSEIGNEUR", "VX": "VIEUX",
}

// typeOf returns the full form of a street type, empty for a word that is none.
func typeOf(types map[string]string, word string) string {
	full, ok := types[word]
	if ok && full == "" {
		return word
	}
	return full
}

// extra says how much of a line goes with a word that starts a complement.
type extra uint8

const (
	noExtra    extra = iota
	extraAlone       // the word alone: RDC
	extraFloor       // the word and a number after it: ETAGE, ETAGE 3
	extraOne         // one short word after it: BAT B, APPT 47, BP 123
	extraName        // a name after it, up to the street: RESIDENCE LES LILAS
)

// complementWords start what an address has beside street and number.
var complementWords = map[string]extra{
	"BAT": extraOne, "BATIMENT": extraOne, "BT": extraOne, "BTMT": extraOne, "BLOC": extraOne, "ESC": extraOne, "ESCALIER": extraOne, "ENTREE": extraOne, "HALL": extraOne, "PORTE": extraOne,
	"APP": extraOne, "APPT": extraOne, "APT": extraOne, "APPART": extraOne, "APPARTEMENT": extraOne, "APARTMENT": extraOne, "LOGT": extraOne, "LOGEMENT": extraOne, "BOITE": extraOne, "BAL": extraOne, "CHAMBRE": extraOne,
	"BP": extraOne, "CS": extraOne, "TSA": extraOne, "BOX": extraOne, "DIGICODE": extraOne, "CODE": extraOne, "INTERPHONE": extraName, "ETAGE": extraFloor, "ETG": extraFloor, "RDC": extraAlone, "REZ": extraName,
	"RES": extraName, "RESID": extraName, "RESIDENCE": extraName, "LOT": extraName, "LOTISSEMENT": extraName, "LOTIS": extraName, "IMM": extraName, "IMMEUBLE": extraName, "TOUR": extraOne, "CHEZ": extraName,
	"KM": extraOne, "PK": extraOne, "BL": extraOne, "BTE": extraOne, "BUS": extraOne, "SP": extraOne, "ZA": extraName, "ZI": extraName, "ZAC": extraName,
	"FLAT": extraOne, "UNIT": extraOne, "SUITE": extraOne, "LEVEL": extraOne, "FLOOR": extraOne, "FL": extraOne, "RM": extraOne, "ROOM": extraOne, "CEDEX": extraOne, "STAIR": extraOne, "ETGE": extraFloor,
}

// namedPlaces are complements that stand for a street where there is none.
var namedPlaces = setOf("RES", "RESID", "RESIDENCE", "LOT", "LOTISSEMENT", "LOTIS", "IMM", "IMMEUBLE", "TOUR", "ZA", "ZI", "ZAC", "ZONE")

// complementTypes write complements out.
var complementTypes = map[string]string{
	"BAT": "BATIMENT", "BT": "BATIMENT", "BTMT": "BATIMENT", "ESC": "ESCALIER", "APP": "APPARTEMENT", "APPT": "APPARTEMENT", "APT": "APPARTEMENT", "APPART": "APPARTEMENT", "APARTMENT": "APPARTEMENT",
	"LOGT": "LOGEMENT", "RES": "RESIDENCE", "RESID": "RESIDENCE", "LOTIS": "LOTISSEMENT", "IMM": "IMMEUBLE", "ETG": "ETAGE", "ETGE": "ETAGE", "LOT": "LOTISSEMENT", "BTE": "BOITE", "ZA": "ZONE ARTISANALE", "ZI": "ZONE INDUSTRIELLE", "ZAC": "ZONE AMENAGEMENT CONCERTE", "RM": "ROOM", "FL": "FLOOR",
}
