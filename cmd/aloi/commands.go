package main

// commands are the commands of the program, each in a file of its own.
type commands struct{}
