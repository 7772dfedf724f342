FILESEXTRAPATHS:prepend := "${THISDIR}/${BPN}:"

# Into the folder whose scripts run once a slot is written.
SRC_URI += "file://20-copy-evsed;subdir=post-install.d"
