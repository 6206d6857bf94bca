//go:build ignore

// This program writes the frequency tables of package matcher from the lists of
// INSEE, one argument each: prenoms.tsv noms.tsv communes.tsv
package main

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"log"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/cespare/xxhash/v2"

	"aloi/matcher"
)

// The rarest names that a table keeps: rarer ones count as rare, like unknown ones.
const (
	minGivenBirths  = 300
	minFamilyBirths = 200
)

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: go run frequency_gen.go prenoms.tsv noms.tsv communes.tsv")
	}
	writeGiven(os.Args[1])
	writeFamily(os.Args[2])
	writePlaces(os.Args[3])
}

// share is one value, how many people have it and how many of them are women.
type share struct{ people, women float64 }

func lines(path string, each func(fields []string)) {
	f, err := os.Open(path)
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if !strings.HasPrefix(s.Text(), "#") {
			each(strings.Split(s.Text(), "\t"))
		}
	}
}

func number(s string) float64 {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil {
		log.Fatal(err)
	}
	return n
}

func key(s string) string { return strings.ReplaceAll(matcher.Fold(s), " ", "") }

func writeGiven(path string) {
	t, total := map[string]share{}, 0.0
	lines(path, func(f []string) {
		s := t[key(f[1])]
		for _, n := range f[2:] {
			s.people += number(n)
			total += number(n)
			if f[0] == "F" {
				s.women += number(n)
			}
		}
		t[key(f[1])] = s
	})
	write("given", t, total, minGivenBirths)
}

func writeFamily(path string) {
	t, total := map[string]share{}, 0.0
	lines(path, func(f []string) {
		s := t[key(f[0])]
		s.people += number(f[1])
		total += number(f[1])
		t[key(f[0])] = s
	})
	write("family", t, total, minFamilyBirths)
}

// writePlaces gives each commune its people, and each postal code an even part of
// the people of its communes.
func writePlaces(path string) {
	t, total := map[string]share{}, 0.0
	lines(path, func(f []string) {
		people, codes := number(f[2]), strings.Split(f[1], ",")
		total += people
		s := t[key(f[0])]
		s.people += people
		t[key(f[0])] = s
		for _, c := range codes {
			s := t[c]
			s.people += people / float64(len(codes))
			t[c] = s
		}
	})
	write("place", t, total, 1)
}

// write stores entries of 6 bytes, sorted: the low half of the hash, little-endian,
// the rarity in eighths of a bit, and the women in 255ths.
func write(name string, t map[string]share, total, least float64) {
	var hashes []uint32
	by := map[uint32]share{}
	for k, s := range t {
		if h := uint32(xxhash.Sum64String(k)); s.people >= least {
			if was, ok := by[h]; !ok || was.people < s.people {
				by[h] = s
			}
		}
	}
	for h := range by {
		hashes = append(hashes, h)
	}
	slices.SortFunc(hashes, cmp.Compare[uint32])
	var out []byte
	for _, h := range hashes {
		s := by[h]
		rarity := min(math.Round(-math.Log2(s.people/total)*8), 255)
		out = binary.LittleEndian.AppendUint32(out, h)
		out = append(out, byte(rarity), byte(math.Round(s.women/s.people*255)))
	}
	if err := os.WriteFile(filepath.Join("frequencies", name+".bin"), out, 0o644); err != nil {
		log.Fatal(err)
	}
}
