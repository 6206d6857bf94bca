package synth

import "time"

// channel is how a system keeps its records. Numbers are chances in a thousand.
type channel struct {
	name   string // of the source
	prefix string // of the record ids
	weight int

	// What is filled in.
	civility, given, birthDate, gender, email, mobile, landline, address, complement, card, second, birthName, country int
	fullName, handle                                                                                                   int
	// How it is written.
	capitals, small, unaccented int
	birthLayouts                []string
	phoneStyle                  int // see writePhone
	// mistakes is how careless the writing is: 1000 takes the chances in the code as they are.
	mistakes int
}

// channels are the four systems. The habits were chosen by hand after how such systems
// are filled: cashiers type in capitals and skip accents, customers type their own
// names rightly and in small letters, technicians write a name on one line and never an
// e-mail address.
var channels = []channel{
	{name: "store", prefix: "MAG", weight: 420, civility: 800, given: 985, birthDate: 350, gender: 150, email: 350, mobile: 500, landline: 120,
		address: 620, complement: 700, card: 520, second: 30, birthName: 30, capitals: 450, small: 40, unaccented: 450, birthLayouts: tillDates, phoneStyle: 1, mistakes: 1500},
	{name: "web", prefix: "WEB", weight: 300, civility: 600, given: 1000, birthDate: 300, gender: 300, email: 900, mobile: 500, landline: 50,
		address: 620, complement: 800, card: 150, second: 20, birthName: 40, country: 900, capitals: 30, small: 150, unaccented: 120, birthLayouts: []string{time.DateOnly}, phoneStyle: 2, mistakes: 1100},
	{name: "sav", prefix: "SAV", weight: 160, civility: 700, given: 970, birthDate: 100, email: 300, mobile: 650, landline: 300,
		address: 800, complement: 500, card: 100, birthName: 20, fullName: 350, capitals: 550, small: 20, unaccented: 600, birthLayouts: tillDates, phoneStyle: 3, mistakes: 1900},
	{name: "social", prefix: "SOC", weight: 120, given: 1000, birthDate: 150, gender: 300, email: 600, mobile: 100, handle: 950, fullName: 700,
		capitals: 10, small: 250, unaccented: 300, birthLayouts: []string{"02/01/2006", "2/1/2006", "02-01-2006"}, phoneStyle: 2, mistakes: 1300},
}

// tillDates are how dates are typed by hand, mostly with four digits for the year.
var tillDates = []string{"02/01/2006", "02/01/2006", "02/01/2006", "02/01/2006", "02/01/2006", "02.01.2006", "02/01/06"}

// channelWeights are the weights of the channels.
var channelWeights = func() []int {
	list := make([]int, len(channels))
	for i := range channels {
		list[i] = channels[i].weight
	}
	return list
}()
