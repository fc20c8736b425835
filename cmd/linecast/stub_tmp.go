package main

import "github.com/spf13/cobra"

func newUsers(c *cli) *cobra.Command    { return group(c, "users", "x") }
func newSegment(c *cli) *cobra.Command  { return group(c, "segment", "x") }
func newCampaign(c *cli) *cobra.Command { return group(c, "campaign", "x") }
func newChannel(c *cli) *cobra.Command  { return group(c, "channel", "x") }
func newRender(c *cli) *cobra.Command   { return group(c, "render", "x") }
func newDoctor(c *cli) *cobra.Command   { return group(c, "doctor", "x") }
