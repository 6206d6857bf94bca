package audit

// Row returns the row of one PERMIT in the tree of a campaign (Root): entity id, contact
// point, reason and basis, with a NUL byte between, which none of them may hold.
func Row(entity, point, reason, basis string) []byte {
	row := make([]byte, 0, len(entity)+len(point)+len(reason)+len(basis)+3)
	for i, text := range [...]string{entity, point, reason, basis} {
		if i > 0 {
			row = append(row, 0)
		}
		row = append(row, text...)
	}
	return row
}
