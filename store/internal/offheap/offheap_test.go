package offheap

import "testing"

func TestMake(t *testing.T) {
	for _, n := range []int{0, 1, leastBytes/8 - 1, leastBytes / 8, 1 << 20} {
		s := Make[uint64](n)
		if len(s.Of) != n {
			t.Fatalf("%d elements, want %d", len(s.Of), n)
		}
		for i := range s.Of {
			if s.Of[i] != 0 {
				t.Fatalf("of %d elements the %dth is %d", n, i, s.Of[i])
			}
			s.Of[i] = uint64(i)
		}
		if n > 0 && s.Of[n-1] != uint64(n-1) {
			t.Fatalf("of %d elements the last is %d", n, s.Of[n-1])
		}
		s.Free()
		if s.Of != nil {
			t.Errorf("%d elements are there after Free", n)
		}
	}
}
