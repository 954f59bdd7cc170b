import { expect, test } from 'vitest'
import { createProfessionalServices } from '../../../src/core/contracts/create-professional-service.ts'
import { product } from '../../support/terms.ts'

const consulting = product({ id: 'consulting', type: 'PRO_SERVICE' })
const fee = product({ id: 'fee', type: 'FIXED', state: { name: 'Fee' } })
const term = {
  id: 's',
  productId: 'consulting',
  unitPrice: '200',
  quantity: '40',
  maxAmount: '9000',
}

test('a professional service is kept as it is asked for', () => {
  const services = [{ ...term, description: 'Onboarding' }]
  expect(createProfessionalServices(services, [consulting], 'professional_services')).toEqual({
    ok: true,
    value: [{ ...term, description: 'Onboarding', customFields: {} }],
  })
})

test('it needs a product of type PRO_SERVICE', () => {
  const services = [term, { ...term, productId: 'fee' }]
  expect(createProfessionalServices(services, [consulting, fee], 'professional_services')).toEqual({
    ok: false,
    error: {
      code: 'invalid',
      message:
        'professional_services[1].product_id: expected a product of type PRO_SERVICE; "Fee" is of type FIXED',
    },
  })
})
