package main

// bug is a defect planted in the sources, by replacing a text that occurs once.
type bug struct {
	name     string
	file     string // path from the root of the module
	old, new string
}

// engineBugs are mistakes that would be easy to make, and to overlook. Most were made in
// a prototype, or are reported of other engines.
var engineBugs = []bug{
	{"a deleted record's judged neighbours are not resolved again", "engine/link.go",
		"\t\tif n != 0 {\n\t\t\tb.seeds[n] = true", "\t\tif n != 0 && s.after != nil {\n\t\t\tb.seeds[n] = true"},
	{"an index entry of a deleted record stays", "engine/index.go",
		"\t\t\tif err == nil {\n\t\t\t\tk.removed = append(k.removed, number)", "\t\t\tif err == nil && s.after != nil {\n\t\t\t\tk.removed = append(k.removed, number)"},
	{"a block that becomes too common keeps its links", "engine/cross.go",
		"else if err := b.unlink(p); err != nil {", "else if err := error(nil); err != nil {"},
	{"a block that ceases to be too common is not compared again", "engine/cross.go",
		"all := contact || !k.isCommon", "all := contact && k.isCommon"},
	{"a contact that becomes too common stays evidence where it was", "engine/cross.go",
		"all := contact || !k.isCommon", "all := contact && !k.isCommon || !k.isCommon"},
	{"whether a contact is too common is not looked up where only another block crossed", "engine/cross.go",
		"\t\t\tif b.blocks[id] == nil {\n\t\t\t\tids = append(ids, id)", "\t\t\tif b.blocks[id] == nil {\n\t\t\t\tb.blocks[id] = &blockState{}"},
	{"whether a contact is too common is asked of the state before the batch", "engine/common.go",
		"return k != nil && k.isCommon", "return k != nil && k.wasCommon"},
	{"a block that ceases to be too common has lost whom it had", "engine/index.go",
		"k.members, _, err = b.r.AppendBlock(nil, id, k.sizeBefore); err != nil {", "k.members, _, err = b.r.AppendBlock(nil, id, 0); err != nil {"},
	{"the cap of a block is one less when maintained", "engine/index.go",
		"k.isCommon = tooCommon(id, k.size)", "k.isCommon = tooCommon(id, k.size+1)"},
	{"features that were read for a pair go to the other record of it", "engine/weigh.go",
		"b.features[w.other] = w.read", "b.features[pairs[i][0]] = w.read"},
	{"an older version replaces a newer one", "engine/facts.go",
		"order = compareVersions(op, s.after)", "if order = compareVersions(op, s.after); order < 0 {\n\t\t\torder = 1\n\t\t}"},
	{"of two versions with one number and time the first to arrive stays", "engine/facts.go",
		"\t\tbytes.Compare(op.content[:], stored.Content[:]),\n", ""},
	{"the consent events of an older version are dropped", "engine/facts.go",
		"\tif err := b.addEvents(s, number, op, res); err != nil {", "\tif order < 0 {\n\t\tres.outcome = aloi.OutcomeStale\n\t\treturn nil\n\t}\n\tif err := b.addEvents(s, number, op, res); err != nil {"},
	{"ties between links are broken by the order of arrival", "engine/resolve.go",
		"append(c.Ties, f.record.Tie)", "append(c.Ties, matcher.Tie{byte(n >> 8), byte(n)})"},
	{"a golden record stays as it was when its records only changed", "engine/outcome.go",
		"g.golden = b.e.rules.Survive(list)", "g.golden = b.e.rules.Survive(list)\n\t\tif e := b.entities[g.entity]; g.kind == aloi.ChangeUpdated && e != nil {\n\t\t\tg.golden = e.Golden\n\t\t}"},
	{"only one of the two records that lose a link is resolved again", "engine/link.go",
		"\t\t\tif b.joins(*was) {\n\t\t\t\tb.seeds[number] = true", "\t\t\tif side == 0 && b.joins(*was) {\n\t\t\t\tb.seeds[number] = true"},
	{"a link is removed on one side only", "engine/link.go",
		"\t\t\ts.set(p[1-side], nil)\n", "\t\t\tif side == 0 {\n\t\t\t\ts.set(p[1-side], nil)\n\t\t\t}\n"},
	{"an entity that was merged away does not redirect", "engine/flush.go",
		"w.RedirectEntity(id, b.retired[id])", "w.RedirectEntity(id, 0)"},
	{"an entity that splits goes on in its smallest part", "engine/identity.go",
		"g.from[id] > best.from[id]", "g.from[id] < best.from[id]"},
	{"the journal does not tell which records left", "engine/identity.go",
		"g.added, g.removed = subtract(g.members, members), subtract(members, g.members)", "g.added = subtract(g.members, members)"},
	{"a withdrawn judgement stays in the index of one record", "store/writer.go",
		"for _, side := range [2][2]RefHash{{a, b}, {b, a}} {", "for i, side := range [2][2]RefHash{{a, b}, {b, a}} {\n\t\tif i == 1 && j.Steward == \"\" {\n\t\t\tbreak\n\t\t}"},
	{"an updated record keeps its old features in memory", "store/prepared.go",
		"\t\tx.prepared.keep(uint32(number), x.version, f)\n", "\t\tif !x.prepared.slab.Get(uint32(number), func(uint64, []byte) {}) {\n\t\t\tx.prepared.keep(uint32(number), x.version, f)\n\t\t}\n"},
	{"different-judgements are forgotten by the clustering", "engine/resolve.go",
		"c.Different = append(c.Different,", "_ = append(c.Different,"},
	{"golden values of equal standing go to the first to arrive", "engine/survive.go",
		"\tslices.SortFunc(s.members, func(a, b Contribution) int { return a.Ref.Compare(b.Ref) })\n\tfor _, m := range s.members {\n\t\tif m.Prepared != nil {\n\t\t\ts.ties = append(s.ties, m.Prepared.Tie)",
		"\tfor i, m := range s.members {\n\t\tif m.Prepared != nil {\n\t\t\ts.ties = append(s.ties, matcher.Tie{byte(i)})"},
}
