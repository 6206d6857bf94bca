package seal

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"

	"aloi/internal/durable"
)

// ErrOtherMaster is returned for a keyring that another master key has sealed,
// ErrDamaged for one that is not as it was written.
var (
	ErrOtherMaster = errors.New("seal: the master key is not the one of this keyring")
	ErrDamaged     = errors.New("seal: the keyring is damaged")
)

// Master is the key that seals the keyring. It is kept apart from the data.
type Master [KeyBytes]byte

// NewMaster returns a new master key.
func NewMaster() Master { return Master(random(KeyBytes)) }

// ParseMaster reads a master key: 64 hex digits, or base64 of 32 bytes; space around it
// is ignored.
func ParseMaster(text string) (Master, error) {
	text = strings.TrimSpace(text)
	for _, decode := range []func(string) ([]byte, error){hex.DecodeString, base64.StdEncoding.DecodeString, base64.URLEncoding.DecodeString} {
		if key, err := decode(text); err == nil && len(key) == KeyBytes {
			return Master(key), nil
		}
	}
	return Master{}, fmt.Errorf("a master key is %d random bytes, in hex or base64", KeyBytes)
}

// String is the key as ParseMaster reads it.
func (m Master) String() string { return hex.EncodeToString(m[:]) }

// A keyring file is: a line of text with the mark of the master key, then nonce and
// sealed keyring. The line is authenticated with it.
const (
	fileHead  = "aloi keyring 1 "
	markBytes = 8
	fileMode  = 0o600
)

// mark tells one master key from another; who has it learns nothing of the key.
func (m Master) mark() string {
	h := hmac.New(sha256.New, m[:])
	h.Write([]byte("aloi master key"))
	return hex.EncodeToString(h.Sum(nil)[:markBytes])
}

// Load reads a keyring file. It returns ErrOtherMaster or ErrDamaged for one that does not
// open, and an error of os for one that can't be read.
func Load(path string, m Master) (*Keyring, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	k, err := Decode(data, m)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return k, nil
}

// Decode reads the content of a keyring file.
func Decode(data []byte, m Master) (*Keyring, error) {
	head, sealed, found := bytes.Cut(data, []byte("\n"))
	mark, ours := bytes.CutPrefix(head, []byte(fileHead))
	if !found || !ours || len(mark) != 2*markBytes {
		return nil, ErrDamaged
	}
	plain, err := aead(m[:]).Open(nil, nil, sealed, head)
	switch {
	case err == nil:
	case string(mark) != m.mark():
		return nil, ErrOtherMaster
	default:
		return nil, ErrDamaged
	}
	k, err := decodeKeyring(plain)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return k, nil
}

// Encode returns the content of a keyring file.
func (k *Keyring) Encode(m Master) ([]byte, error) {
	plain, err := k.encode()
	if err != nil {
		return nil, err
	}
	head := []byte(fileHead + m.mark())
	return aead(m[:]).Seal(append(bytes.Clone(head), '\n'), nil, plain, head), nil
}

// Save writes a keyring file, whole or not at all, durably.
func (k *Keyring) Save(path string, m Master) error {
	data, err := k.Encode(m)
	if err != nil {
		return err
	}
	return durable.WriteFile(path, data, fileMode)
}

// aead is AES-256-GCM with a random nonce in front of what it seals.
func aead(key []byte) cipher.AEAD {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic("seal: a key of the wrong length") // its length was checked
	}
	a, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic("seal: AES has no GCM")
	}
	return a
}
