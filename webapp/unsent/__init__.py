"""What officers have typed and not sent."""
