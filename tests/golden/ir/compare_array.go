// Comparing arrays is one EQ node; and NIL compared with interfaces and functions; channels, pointers.
package p

func compare(a, b [4]int, s, t [2]string, f func(), c, d chan int, p, q *int, e, g any) bool {
	return a == b && s != t && a == [4]int{1, 2} ||
		f == nil || c == d && p != q || e == g && e != nil
}
