"""The paper gateway: a stand-in broker that speaks the real protocol on loopback."""
