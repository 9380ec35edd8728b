// What stays a call: go:noinline, recover, a body that costs more than 80; a select is inlined, like most statements.
package p

//go:noinline
func forbidden(n int) int { return n }

func recovers() any { return recover() }

func selects(c chan int) {
	select {
	case c <- 1:
	default:
	}
}

func large(a []int) int {
	return a[0]*a[1] + a[2]*a[3] + a[4]*a[5] + a[6]*a[7] + a[8]*a[9] + a[10]*a[11] + a[12]*a[13] + a[14]*a[15] + a[16]*a[17] + a[18]*a[19] + a[20]*a[21] + a[22]*a[23]
}

func caller(c chan int, a []int) (int, any) {
	selects(c)
	return forbidden(1) + large(a), recovers()
}
