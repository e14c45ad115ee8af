/// One row of the register as it is now, or gone; what `reference_change` announces and start-up loads.
package enum RegisterChange: Sendable, Equatable {
  case resident(Resident)
  case dwelling(Dwelling)
  case contact(Contact)
  case device(Device)
  case staff(StaffMember)
  case shift(Shift)
  case party(Party)
  case hospital(Hospital)
  case residentRemoved(ResidentID)
  case dwellingRemoved(DwellingID)
  case contactRemoved(ContactID)
  case deviceRemoved(String)
  case staffRemoved(StaffID)
  case shiftRemoved(ShiftID)
}
