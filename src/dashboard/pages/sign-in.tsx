import { useEffect } from 'react'
import { Mark } from '../layout/mark.tsx'
import { SignInForms } from '../layout/sign-in-forms.tsx'

export default function SignIn({ isLocal }: { isLocal: boolean }) {
  useEffect(() => {
    document.title = 'Sign in · Tactus'
  }, [])
  return (
    <main className="sign-in">
      <div className="sign-in-card">
        <Mark />
        <h1>Sign in to Tactus</h1>
        <SignInForms isLocal={isLocal} />
      </div>
    </main>
  )
}
