package matcher

func isDiminutive(a, b string) bool { return false }
