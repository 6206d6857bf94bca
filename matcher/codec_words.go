package matcher

import (
	"encoding/binary"

	"aloi"
)

// The heads of strings: up to longHead, it is the length of the text in bytes; longHead has
// what the length has more behind it, as uvarint; from wordHead, it is one of codecWords,
// and there is no text.
const (
	longHead = 191
	wordHead = longHead + 1
)

// appendHead appends the head of a text of n bytes.
func appendHead(heads []byte, n int) []byte {
	if n < longHead {
		return append(heads, byte(n))
	}
	return binary.AppendUvarint(append(heads, longHead), uint64(n-longHead))
}

// codecWords are texts that many records have. They are part of the layout: a change of
// their order needs another preparedVersion. More may be added at the end, 64 in all.
var codecWords = [...]string{
	"FR", "BE", "CH", "LU", "DE", "GB", "ES", "IT",
	aloi.IdentifierLoyaltyCard, aloi.IdentifierCustomerNumber, aloi.IdentifierSocialHandle, aloi.IdentifierDevice, aloi.IdentifierIP,
	"facebook", "instagram", "twitter", "tiktok", "linkedin", "snapchat", "occupation",
	FlagPlaceholder, FlagInvalid, FlagRole, FlagService, FlagNoLatin, FlagCorrected, FlagDisagrees, FlagSeveral, FlagTooMany,
	"name.given", "name.family", "name.full", "gender", "birth_date", "email", "phone", "address.postal_code", "address.country",
	"gmail.com", "orange.fr", "hotmail.fr", "hotmail.com", "wanadoo.fr", "yahoo.fr", "yahoo.com", "free.fr", "sfr.fr", "laposte.net",
	"outlook.fr", "outlook.com", "live.fr", "live.com", "icloud.com", "bbox.fr", "neuf.fr",
	"gmail.example", "free.example",
}

// codecNumbers are the places of codecWords.
var codecNumbers = func() map[string]byte {
	numbers := make(map[string]byte, len(codecWords))
	for i, w := range codecWords {
		numbers[w] = byte(i)
	}
	return numbers
}()
