"""Discord's limits for messages (developer documentation, "Message" and "Components")."""

CONTENT = 2000
EMBED_TITLE = 256
EMBED_DESCRIPTION = 4096
EMBED_FIELD_VALUE = 1024
EMBED_FOOTER = 2048
CUSTOM_ID = 100
BUTTON_LABEL = 80
BUTTON_URL = 512
MENU_OPTIONS = 25
OPTION_TEXT = 100
"""For the label, the value and the description of a menu's option, and for a choice's name."""
CHOICES = 25
PLACEHOLDER = 150
MODAL_TITLE = 45
INPUT_LABEL = 45
ALT_TEXT = 4096
"""For the description of an embed's image, which does not count towards the embeds' total."""
