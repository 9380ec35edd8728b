package p

func count(n int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := 0; i < n; i++ {
			if !yield(i) {
				return
			}
		}
	}
}

func pairs(m map[string]int) func(func(string, int) bool) {
	return func(yield func(string, int) bool) {
		for k, v := range m {
			if !yield(k, v) {
				break
			}
		}
	}
}

func sum(n int) (s int) {
	for i := range count(n) {
		s += i
	}
	return s
}

func first(m map[string]int) (string, *int) {
	for k, v := range pairs(m) {
		if v > 0 {
			return k, &v
		}
	}
	return "", nil
}

func nested() int {
	t := 0
outer:
	for i := range count(3) {
		for j := range count(4) {
			if j == 2 {
				continue outer
			}
			if i == 2 {
				break outer
			}
			t += i * j
		}
	}
	return t
}

func deferred() {
	for i := range count(2) {
		defer println(i)
	}
	for range count(2) {
	}
}
