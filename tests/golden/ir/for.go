// FOR: Init, condition and Post come first, and what a loop lacks is left out.
package p

func loops(n int) (r int) {
	for i, j := 0, n; i < j; i, j = i+1, j-1 {
		r += i * j
	}
	for r > 10 {
		r /= 2
	}
	for {
		r++
		if r&7 == 0 {
			break
		}
	}
	return r
}
