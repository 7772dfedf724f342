SUMMARY = "EV charging station daemon"
DESCRIPTION = "Runs an electric-vehicle charging station from one YAML file: control pilot, sessions, energy, authorisation, drivers."
SECTION = "net"

require evsed-licences.inc

# Made by `npm run pack`. A release from elsewhere: set EVSED_PACKAGE to its address and EVSED_PACKAGE_SHA256 to its checksum.
EVSED_PACKAGE ?= "file://evsed-${PV}.tgz"
EVSED_PACKAGE_SHA256 ?= ""

SRC_URI = " \
    ${EVSED_PACKAGE};name=package \
    npmsw://${THISDIR}/${BPN}/npm-shrinkwrap.json \
"
SRC_URI[package.sha256sum] = "${EVSED_PACKAGE_SHA256}"

S = "${WORKDIR}/package"

inherit npm systemd useradd

# Which configuration of the package a new station begins with, and which boards are brought to the safe state.
EVSED_CONFIG ?= "charge-control-c.yaml"
EVSED_BOARDS ?= "charge-control-c"

SYSTEMD_SERVICE:${PN} = "evsed.service"
SYSTEMD_AUTO_ENABLE:${PN} = "enable"

USERADD_PACKAGES = "${PN}"
GROUPADD_PARAM:${PN} = "--system evsed"
USERADD_PARAM:${PN} = "--system --no-create-home --home-dir ${localstatedir}/lib/evsed --shell ${base_sbindir}/nologin --gid evsed --groups dialout evsed"

do_install:append() {
    package=${D}${nonarch_libdir}/node_modules/${BPN}

    # What was compiled for this machine is taken, or else what its maker has compiled for it; never that for another one.
    find $package -type d -name prebuilds | while read -r prebuilds; do
        if [ -n "$(find $(dirname $prebuilds)/build/Release -name '*.node' 2>/dev/null)" ]; then
            rm -rf $prebuilds
        else
            find $prebuilds -mindepth 1 -maxdepth 1 -type d ! -name linux-${NPM_ARCH} -exec rm -rf {} +
            find $prebuilds -name '*.musl.node' -delete
        fi
    done
    # What only the build of add-ons takes, and pages that nobody reads on a board.
    rm -rf $package/node_modules/nan $package/node_modules/node-addon-api $package/docs

    install -d ${D}${systemd_system_unitdir}
    install -m 0644 ${S}/systemd/evsed.service ${D}${systemd_system_unitdir}/evsed.service
    install -d ${D}${nonarch_libdir}/tmpfiles.d
    install -m 0644 ${S}/systemd/evsed.tmpfiles ${D}${nonarch_libdir}/tmpfiles.d/evsed.conf
    install -d ${D}${nonarch_base_libdir}/udev/rules.d
    install -m 0644 ${S}/systemd/60-evsed.rules ${D}${nonarch_base_libdir}/udev/rules.d/60-evsed.rules
    install -d ${D}${libexecdir}/evsed
    install -m 0755 ${S}/systemd/safe-off ${S}/systemd/safe-off-yeti ${S}/systemd/safe-off-boards ${D}${libexecdir}/evsed/
    # The unit names them where most distributions have them.
    sed -i -e 's,/usr/libexec/,${libexecdir}/,g' -e 's,/usr/bin/,${bindir}/,g' ${D}${systemd_system_unitdir}/evsed.service
    install -d ${D}${systemd_system_unitdir}/evsed.service.d
    install -m 0644 ${S}/systemd/evsed-cb-system.conf ${D}${systemd_system_unitdir}/evsed.service.d/10-cb-system.conf
    rm -rf $package/systemd

    install -d -m 0750 ${D}${sysconfdir}/evsed
    install -m 0640 ${S}/config/${EVSED_CONFIG} ${D}${sysconfdir}/evsed/station.yaml
    printf '%s\n' "${EVSED_BOARDS}" > ${D}${sysconfdir}/evsed/boards
    chgrp -R evsed ${D}${sysconfdir}/evsed
}

# The thread of the interlock becomes a real-time one by `chrt`; without it it has the highest ordinary priority.
RRECOMMENDS:${PN} = "util-linux-chrt"

# Only on stations with the module CbSystem: the daemon runs as root then.
PACKAGES =+ "${PN}-cb-system"
SUMMARY:${PN}-cb-system = "Lets evsed install updates, set the clock and restart the machine"
FILES:${PN}-cb-system = "${systemd_system_unitdir}/evsed.service.d/10-cb-system.conf"
RDEPENDS:${PN}-cb-system = "${PN} ca-certificates curl openssl-bin systemd"
# From a layer that a station without updates does not need.
RRECOMMENDS:${PN}-cb-system = "rauc"

FILES:${PN} += " \
    ${nonarch_libdir}/tmpfiles.d \
    ${nonarch_base_libdir}/udev/rules.d \
    ${systemd_system_unitdir} \
"
CONFFILES:${PN} = "${sysconfdir}/evsed/station.yaml ${sysconfdir}/evsed/boards"

# Add-ons are stripped by their build and bring no version of their own.
INSANE_SKIP:${PN} += "already-stripped"
