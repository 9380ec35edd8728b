// An instance by shape takes .dict first; callers name it and hand their dictionary; max2[myInt] is a wrapper.
package p

type number interface{ ~int | ~float64 }

func max2[T number](a, b T) T {
	if a > b {
		return a
	}
	return b
}

type myInt int

func use(a, b int) (int, float64, myInt) {
	f := max2[myInt]
	return max2(a, b), max2(1.5, 2), f(3, 4)
}
