"""py-rattler behind one thin adapter: specs, records, solving, virtual packages. Nothing else imports it."""
