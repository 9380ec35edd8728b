// Inlined: each with its literal, double (never assigned again), a literal that is called, the one that adder returns.
package p

func each(s []int, f func(int)) {
	for _, v := range s {
		f(v)
	}
}

func adder(n int) func(int) int { return func(m int) int { return n + m } }

func caller(s []int) (sum int) {
	each(s, func(v int) { sum += v })
	double := func(v int) int { return v * 2 }
	sum = double(sum)
	func() { sum++ }()
	return adder(3)(sum)
}
