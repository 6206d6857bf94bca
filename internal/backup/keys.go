package backup

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"
)

// Recipients are the public keys that a backup is encrypted to.
type Recipients struct{ list []age.Recipient }

// MaxRecipients bounds them.
const MaxRecipients = 32

// ParseRecipients reads public keys as age-keygen writes them, age1…, one each.
func ParseRecipients(keys []string) (Recipients, error) {
	switch {
	case len(keys) == 0:
		return Recipients{}, errors.New("a backup needs a recipient: a public key, age1…, as age-keygen makes it")
	case len(keys) > MaxRecipients:
		return Recipients{}, fmt.Errorf("%d recipients, at most %d", len(keys), MaxRecipients)
	}
	list, err := age.ParseRecipients(strings.NewReader(strings.Join(keys, "\n")))
	if err != nil || len(list) != len(keys) {
		return Recipients{}, errors.New("a recipient is not a public key of age (age1…)")
	}
	return Recipients{list}, nil
}

// Identities are the private keys that backups are opened with.
type Identities struct{ list []age.Identity }

// ParseIdentities reads private keys as age-keygen writes them. An error never holds one.
func ParseIdentities(from io.Reader) (Identities, error) {
	list, err := age.ParseIdentities(from)
	if err != nil {
		return Identities{}, errors.New("it holds no private keys of age (AGE-SECRET-KEY-…), one on each line")
	}
	return Identities{list}, nil
}

// hybridPrefix starts the public keys that a quantum computer does not break. age encrypts
// to them alone, or not at all.
const hybridPrefix = "age1pq1"

// Ephemeral makes a key pair that goes together with recipients, for who checks a backup
// that was made for others: the private half is kept nowhere.
func Ephemeral(recipients []string) (Identities, string, error) {
	if len(recipients) > 0 && strings.HasPrefix(recipients[0], hybridPrefix) {
		id, err := age.GenerateHybridIdentity()
		if err != nil {
			return Identities{}, "", err
		}
		return Identities{[]age.Identity{id}}, id.Recipient().String(), nil
	}
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return Identities{}, "", err
	}
	return Identities{[]age.Identity{id}}, id.Recipient().String(), nil
}
