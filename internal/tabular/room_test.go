package tabular

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"aloi"
)

// keptRows keeps the cells of the rows that it passes on.
type keptRows struct {
	rows
	cells [][]string
}

func (k *keptRows) next() (row, error) {
	r, err := k.rows.next()
	k.cells = append(k.cells, slices.Clone(r.cells))
	return r, err
}

// A record that was given room is the one that is made without, and no two share any.
func TestRoom(t *testing.T) {
	const table = "id;prénom;nom;email;email2;tél;tél2;adresse;code postal;ville\n" +
		"1;Ana;Petit;a@example.fr;b@example.fr;0612436578;0145362718;1 rue Haute;75011;Paris\n" +
		"2;;;;;;;;;\n" +
		"3;Jean;;j@example.fr;;;0145362718;;;Lyon\n" +
		"4;;Roux;;;0612436579;;2 rue Basse;;\n"
	r, err := NewReader(strings.NewReader(table), "crm.csv", -1, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	kept := &keptRows{rows: r.rows}
	r.rows = kept
	var got []*aloi.Record
	for record, _, err := r.Next(); err == nil; record, _, err = r.Next() {
		got = append(got, record)
	}
	if len(got) != 4 {
		t.Fatalf("%d records", len(got))
	}
	for i, record := range got {
		var want aloi.Record
		if wrong := r.plan.Build(&want, kept.cells[i], i+1, i+2); len(wrong) > 0 {
			t.Fatal(wrong)
		}
		if !reflect.DeepEqual(record, &want) {
			t.Errorf("row %d is %#v\nwant %#v", i+1, record, &want)
		}
	}
}
