"""The lesion growing: frames, and the film made of them."""
