package audit

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// NewSalt returns a salt that nobody can guess.
func NewSalt() []byte {
	salt := make([]byte, SaltBytes)
	rand.Read(salt) // never fails
	return salt
}

var errKey = errors.New("audit: the key is not one that NewKey makes")

// PublicKey returns the public key of a private one that NewKey made.
func PublicKey(private string) (string, error) {
	// PRIVATE+KEY+<name>+<hash>+<base64 of algorithm and seed>, as package note has it
	parts := strings.SplitN(private, "+", 5)
	if len(parts) != 5 {
		return "", errKey
	}
	key, err := base64.StdEncoding.DecodeString(parts[4])
	if err != nil || len(key) != 1+ed25519.SeedSize {
		return "", errKey
	}
	public := ed25519.NewKeyFromSeed(key[1:]).Public().(ed25519.PublicKey)
	return note.NewEd25519VerifierKey(parts[2], public)
}
