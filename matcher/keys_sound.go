package matcher

// sound is a FrenchCode; the zero sound is none.
type sound struct {
	n    uint8
	text [maxCodeLetters]byte
}

func (s *sound) letters() []byte { return s.text[:s.n] }

// before reports whether the code comes before another in the order of their bytes.
func (s *sound) before(x *sound) bool { return string(s.letters()) < string(x.letters()) }

// inOrder returns two codes so that it does not matter which is the given name's.
func inOrder(x, y *sound) [2]sound {
	if y.before(x) {
		return [2]sound{*y, *x}
	}
	return [2]sound{*x, *y}
}

// soundsKept is how many names have their code remembered. Few records have more.
const soundsKept = 8

// soundbook finds the codes of the names of one record, of each name once.
type soundbook struct {
	n     int
	names [soundsKept]string
	codes [soundsKept]sound
}

// of returns the code of a name.
func (b *soundbook) of(name string) (code sound) {
	for i := range b.n {
		if b.names[i] == name {
			return b.codes[i]
		}
	}
	code = soundOf(name)
	if b.n < soundsKept {
		b.names[b.n], b.codes[b.n] = name, code
		b.n++
	}
	return code
}

// soundOf is FrenchCode without a string.
func soundOf(name string) (s sound) {
	var in [maxCodeLetters]byte
	code := transcriber{name: heard(singled(lettersInto(in[:0], name)))}
	for code.goOn() {
	}
	s.n, s.text = uint8(code.sounds), code.out
	return s
}

// coarse is the Soundex codes of two names, the lesser first; either may be missing.
type coarse struct {
	n    uint8
	text [2 * soundexLetters]byte
}

// coarseOf returns the codes of two names, and whether the second one has any.
func coarseOf(given, family string) (c coarse, ok bool) {
	x, hasX := soundexArray(given)
	y, hasY := soundexArray(family)
	switch {
	case !hasY:
		return c, false
	case hasX:
		if string(y[:]) < string(x[:]) {
			x, y = y, x
		}
		c.n = uint8(copy(c.text[:], x[:]))
	}
	c.n += uint8(copy(c.text[c.n:], y[:]))
	return c, true
}

// soundexArray is Soundex without a string; ok is false for a name without letters.
func soundexArray(name string) (code [soundexLetters]byte, ok bool) {
	var buffer [maxCodeLetters]byte
	letters := lettersInto(buffer[:0], name)
	if len(letters) == 0 {
		return code, false
	}
	return soundexOfLetters(letters), true
}
