package matcher

import (
	"strings"
	"sync"
)

// countryAliases are names of countries, folded, that are not in the shipped list.
var countryAliases = map[string]string{
	"UK": "GB", "U K": "GB", "ENGLAND": "GB", "ANGLETERRE": "GB", "SCOTLAND": "GB", "ECOSSE": "GB", "WALES": "GB", "PAYS DE GALLES": "GB",
	"GREAT BRITAIN": "GB", "GRANDE BRETAGNE": "GB", "NORTHERN IRELAND": "GB", "IRLANDE DU NORD": "GB",
	"U S": "US", "U S A": "US", "ETATS UNIS D AMERIQUE": "US", "UNITED STATES OF AMERICA": "US", "AMERIQUE": "US",
	"HOLLANDE": "NL", "HOLLAND": "NL", "THE NETHERLANDS": "NL", "FRANCE METROPOLITAINE": "FR", "REPUBLIQUE FRANCAISE": "FR", "FRANCIE": "FR", "F": "FR",
	"REPUBLIQUE TCHEQUE": "CZ", "CZECH REPUBLIC": "CZ", "TCHEQUIE": "CZ", "RUSSIAN FEDERATION": "RU", "FEDERATION DE RUSSIE": "RU",
	"COREE DU SUD": "KR", "SOUTH KOREA": "KR", "IVORY COAST": "CI", "COTE D IVOIRE": "CI", "VIET NAM": "VN", "TURKEY": "TR", "MACEDOINE": "MK",
	"CONGO KINSHASA": "CD", "CONGO BRAZZAVILLE": "CG", "BIRMANIE": "MM", "BURMA": "MM", "CAP VERT": "CV", "CAPE VERDE": "CV", "SWAZILAND": "SZ",
}

// frenchTerritories have French postal codes and telephone numbers: their people
// give either as their country.
const frenchTerritories = " RE GP MQ GF YT PM BL MF NC PF WF "

var countries = sync.OnceValue(func() map[string]string {
	table := make(map[string]string, 1600)
	for line := range linesOf("countries.tsv") {
		cells := strings.Split(line, "\t")
		for _, name := range cells {
			table[Fold(name)] = cells[0]
		}
	}
	for name, code := range countryAliases {
		table[name] = code
	}
	for name, code := range table {
		if strings.Contains(frenchTerritories, " "+code+" ") {
			table[name] = "FR"
		}
	}
	return table
})

// frenchEnds are the last words of the names of France and its territories.
var frenchEnds = sync.OnceValue(func() map[string]bool {
	ends := make(map[string]bool, 100)
	for name, code := range countries() {
		if code == "FR" {
			ends[name[strings.LastIndexByte(name, ' ')+1:]] = true
		}
	}
	ends["FRANCE"] = true
	return ends
})

// countryOf returns the ISO 3166 alpha-2 code of a folded country name or code,
// empty for one that it does not know. French territories overseas are FR.
func countryOf(folded string) string {
	if folded == "FR" || folded == "FRANCE" {
		return "FR"
	}
	return countries()[folded]
}
