package matcher

// Glimpse is memory in which one encoded record after the other is looked at: of the records
// that one is compared with most are no link, and a look at their outlines shows that. Each
// takes the place of the one before. A glimpse is not safe for concurrent use.
type Glimpse struct {
	whole usualAt
	shelf Shelf // of the texts
}

// Unlikely reports whether a record and one that AppendPrepared encoded can be seen to be no
// link: then Linked would not link them either, whatever is too common. That it does not says
// nothing. The error is that of DecodePrepared.
func (m *Matcher) Unlikely(a *Prepared, encoded []byte, g *Glimpse) (bool, error) {
	g.whole = usualAt{}
	b, err := decodeInto(&g.whole.usual, g.whole.address[:], encoded, &g.shelf)
	if err != nil {
		return false, err
	}
	return m.unlikely(a, b), nil
}
